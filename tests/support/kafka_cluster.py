# SPDX-License-Identifier: AGPL-3.0-or-later
"""librdkafka's mock cluster, in a process of its own, until stdin closes.

Usage: ``kafka_cluster.py``; prints the address of its broker, then answers each line of stdin
with one line: ``topic NAME PARTITIONS``, ``down``, ``up``, ``fail KEY CODE COUNT``.

It keeps 5 MiB of a partition and drops what is older; it knows neither TLS nor SASL nor what
administrators ask.
"""

import ctypes
import sys
from pathlib import Path

import confluent_kafka
from confluent_kafka import Producer

BROKER = 1
DONE = "done"
_P, _S, _I = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_SIGNATURES = {
    "rd_kafka_conf_new": (_P, []),
    "rd_kafka_conf_set": (_I, [_P, _S, _S, _S, ctypes.c_size_t]),
    "rd_kafka_new": (_P, [_I, _P, _S, ctypes.c_size_t]),
    "rd_kafka_mock_cluster_new": (_P, [_P, _I]),
    "rd_kafka_mock_cluster_bootstraps": (_S, [_P]),
    "rd_kafka_mock_topic_create": (_I, [_P, _S, _I, _I]),
    "rd_kafka_mock_broker_set_down": (_I, [_P, ctypes.c_int32]),
    "rd_kafka_mock_broker_set_up": (_I, [_P, ctypes.c_int32]),
}


def library() -> ctypes.CDLL:
    """Load the librdkafka that the client brought along, or that of the system."""
    beside = Path(confluent_kafka.__file__).parent.parent / "confluent_kafka.libs"
    found = sorted(beside.glob("librdkafka*"))
    loaded = ctypes.CDLL(str(found[0]) if found else "librdkafka.so.1")
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    loaded.rd_kafka_mock_push_request_errors.restype = None
    return loaded


def serve() -> None:
    """Start the cluster and obey."""
    api = library()
    told = ctypes.create_string_buffer(512)
    conf = api.rd_kafka_conf_new()
    api.rd_kafka_conf_set(conf, b"log_level", b"0", told, len(told))
    client = api.rd_kafka_new(0, conf, told, len(told))
    cluster = api.rd_kafka_mock_cluster_new(client, 1)
    print(api.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)  # noqa: T201
    for line in sys.stdin:
        _obey(api, cluster, line.split())
        print(DONE, flush=True)  # noqa: T201


def _obey(api: ctypes.CDLL, cluster: int, words: list[str]) -> None:
    match words:
        case ["topic", name, partitions]:
            api.rd_kafka_mock_topic_create(cluster, name.encode(), int(partitions), 1)
        case ["down"]:
            api.rd_kafka_mock_broker_set_down(cluster, BROKER)
        case ["up"]:
            api.rd_kafka_mock_broker_set_up(cluster, BROKER)
        case ["fail", key, code, count]:
            codes = [_I(int(code))] * int(count)
            api.rd_kafka_mock_push_request_errors(
                _P(cluster), ctypes.c_int16(int(key)), ctypes.c_size_t(int(count)), *codes
            )
        case _:
            raise SystemExit(f"{words} is no command")


def produced(servers: str, topic: str, messages: list[tuple[int, bytes | None, int]]) -> None:
    """Send (partition, value, time in ms) as another program would."""
    client = Producer({"bootstrap.servers": servers, "linger.ms": 5, "log_level": 0})
    for part, value, at_ms in messages:
        while True:
            try:
                client.produce(topic, value=value, partition=part, timestamp=at_ms)
                break
            except BufferError:
                client.poll(0.05)
        client.poll(0)
    assert client.flush(20) == 0


if __name__ == "__main__":
    serve()
