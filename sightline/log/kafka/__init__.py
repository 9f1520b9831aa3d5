# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Kafka topic as the event log: one message is one CloudEvent."""

from sightline.log.kafka.log import KafkaLog

__all__ = ["KafkaLog"]
