# Every process of ours from one file:
#
#   docker build --build-arg SERVICE=tickets --tag cassava/tickets .        (make images builds all six)
#
# SERVICE is gateway (edge and worker), tickets, classifier, responder, analytics, or cli (migrations and `cassava`).
# Pin the base by digest where it matters: --build-arg BASE=docker.io/library/debian@sha256:…
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS python
# The Python that the tests run on. Debian mends its packages within a release, so their versions are not pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 cassava \
    && useradd --uid 10001 --gid cassava --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin cassava

# Only this service's dependencies, exactly as uv.lock has them.
FROM python AS locked
ARG UV=0.13.9
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /uv \
    && /uv/bin/pip install --no-cache-dir --disable-pip-version-check "uv==${UV}"
WORKDIR /build
COPY pyproject.toml uv.lock ./
ARG SERVICE
# An extra beside the service's own, such as `multilingual` for the classifier.
ARG ALSO
RUN --mount=type=cache,target=/root/.cache/uv \
    UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy \
    /uv/bin/uv sync --quiet --locked --no-default-groups --no-install-project --compile-bytecode --extra "${SERVICE}" ${ALSO:+--extra "${ALSO}"}

# The console, which the gateway alone serves. Its node comes from a wheel and stays behind.
FROM locked AS console
COPY console console
COPY protos/gen/openapi.json protos/gen/openapi.json
ARG SERVICE
RUN --mount=type=cache,target=/root/.cache/uv --mount=type=cache,target=/root/.npm \
    if [ "${SERVICE}" = gateway ]; then \
      UV_PROJECT_ENVIRONMENT=/opt/node UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy \
        /uv/bin/uv sync --quiet --locked --only-group console \
      && VIRTUAL_ENV=/opt/node console/run.sh build; \
    fi \
    && mkdir -p console/dist

# Only this service's code; the command line needs the others' migrations and nothing else of them.
FROM python AS code
WORKDIR /app
COPY deploy/image/ ./
COPY mesh mesh
COPY protos/gen protos/gen
COPY services services
COPY cli cli
ARG SERVICE
RUN if [ "${SERVICE}" = cli ]; then \
      find services -type f -not -path '*/migrations/*' -delete && find services -type d -empty -delete; \
    else \
      test -f "services/${SERVICE}/__main__.py" && rm -r cli \
      && find services -mindepth 1 -maxdepth 1 -type d -not -name "${SERVICE}" -exec rm -r {} +; \
    fi \
    && python3 -m compileall -q .

# Nothing is installed into an image that runs.
FROM python AS root
RUN rm -rf /usr/bin/apt* /usr/lib/apt /var/lib/apt /var/cache/apt /etc/apt /usr/bin/dpkg* /usr/bin/perl* /usr/lib/*/perl-base \
      /usr/share/doc /usr/share/man /usr/share/locale /var/log/* /root/.cache \
    && install -d -o cassava -g cassava /keys /keys/mesh /keys/tickets /keys/database

FROM scratch
# One layer without what was removed; it is the same for every service.
# hadolint ignore=DL3067
COPY --from=root / /
ARG SERVICE
COPY --from=locked /opt/venv /opt/venv
COPY --from=code /app /app
COPY --from=console /build/console/dist /app/console/dist
ENV SERVICE=${SERVICE} \
    PATH=/opt/venv/bin:/usr/bin:/bin \
    PYTHONPATH=/app:/app/protos/gen \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GRPC_ENABLE_FORK_SUPPORT=0 \
    MALLOC_ARENA_MAX=2 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "/app/start.py"]
