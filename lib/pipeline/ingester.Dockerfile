# The ingester's image. It runs nothing while it is built, so an x86 machine builds it for arm64 without emulation.
FROM node:24-slim
WORKDIR /app
COPY ingester.mjs* ./
# A volume takes the owner that its folder has in the image.
COPY --chown=node:node volumes/ /
VOLUME /backlog
USER node
# With a large young generation a steady stream of short-lived bars fills hundreds of megabytes before it is collected.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=4", "ingester.mjs"]
