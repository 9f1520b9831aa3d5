# Sightline, embedded: one process, all data in the volume /data.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements-dev.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-dev.lock
COPY LICENSE NOTICE README.md pyproject.toml ./
COPY sql sql
COPY sightline sightline
COPY streams streams
COPY mining mining
COPY dashboard dashboard
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheel .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 sightline \
    && install --directory --owner sightline /data
COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.lock
COPY --from=build /wheel /wheel
RUN pip install --no-cache-dir --no-deps --no-index /wheel/*.whl

USER sightline
ENV SIGHTLINE_HOME=/data SIGHTLINE_HOST=0.0.0.0 HOME=/tmp
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["sightline", "up"]
