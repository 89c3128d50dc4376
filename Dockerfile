# The image of the actions: one static program, and nothing else.
#
#   docker build .                        builds the program from source; this is what GitHub's
#                                         runner does, which names no target
#   docker build --target prebuilt .      takes target/image/plimsoll, built before by
#                                         `bash tools/release/static.sh`
#
# There is no USER on purpose: the runner mounts the workspace with the permissions of its own
# account and asks container actions to run as root; the program hands every file it makes to the
# owner of its folder. There is no WORKDIR to rely on either: the runner sets it.

ARG RUST_IMAGE=rust:1.95.0-slim-bookworm

FROM scratch AS base
LABEL org.opencontainers.image.title="Plimsoll" \
      org.opencontainers.image.description="Lints, scores, times and gates GitHub Actions" \
      org.opencontainers.image.source="https://github.com/plimsoll-ci/plimsoll" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
ENTRYPOINT ["/plimsoll"]

FROM base AS prebuilt
COPY target/image/plimsoll /plimsoll

FROM ${RUST_IMAGE} AS build
WORKDIR /source
COPY . .
RUN bash tools/release/static.sh

FROM base
COPY --from=build /source/target/release/plimsoll /plimsoll
