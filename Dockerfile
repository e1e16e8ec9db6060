# syntax=docker/dockerfile:1
# The server with the app in it: one binary, on a small Debian, as nobody in particular.

FROM rust:1.95-bookworm AS builder
# The system's PostgreSQL client library speaks TLS; the one that is otherwise built in does not.
RUN apt-get update && apt-get install --yes --no-install-recommends libpq-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# The caches make a second build quick; the binary is taken out of them since they are no part of the image.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo xtask build --release --system-libpq && cp target/release/atiende /usr/local/bin/atiende

FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends libpq5 ca-certificates && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/atiende --create-home --shell /usr/sbin/nologin atiende
COPY --from=builder /usr/local/bin/atiende /usr/local/bin/atiende
# glibc: four heaps, so that SQLite's writer seldom shares one, rather than eight for each processor; large pieces are given back at once. Half the memory, and no slower.
ENV MALLOC_ARENA_MAX=4 MALLOC_MMAP_THRESHOLD_=1048576
ENV ATIENDE_LISTEN=0.0.0.0:8080 ATIENDE_DATA_DIR=/var/lib/atiende
USER atiende
WORKDIR /var/lib/atiende
VOLUME /var/lib/atiende
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["atiende", "health"]
ENTRYPOINT ["atiende"]
CMD ["serve"]
