# The ingester's image. It runs nothing while it is built, so an x86 machine builds it for arm64 without emulation.
# `npm run image:bump` pins the base to the newest image that has the tag.
ARG BASE=public.ecr.aws/docker/library/node:24-slim
FROM $BASE
ARG BASE
ARG RELEASE
LABEL org.opencontainers.image.title="Barflow ingester" org.opencontainers.image.version=$RELEASE
LABEL org.opencontainers.image.base.name=$BASE barflow.bill-of-materials=/app/ingester.cdx.json
WORKDIR /app
COPY ingester.mjs* ingester.cdx.json* ./
COPY node_modules/ node_modules/
# A volume takes the owner that its folder has in the image.
COPY --chown=node:node volumes/ /
VOLUME /backlog
USER node
# With a large young generation a steady stream of short-lived bars fills hundreds of megabytes before it is collected, and
# the more the heap may hold the more garbage is let lie: it needs 50 MB, and 150 MB more while the stream takes nothing.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=4", "--max-old-space-size=256", "ingester.mjs"]
