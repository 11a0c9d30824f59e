# The ingester's image. It runs nothing while it is built, so an x86 machine builds it for arm64 without emulation.
FROM node:24-slim
WORKDIR /app
COPY ingester.mjs* ./
USER node
CMD ["node", "--enable-source-maps", "ingester.mjs"]
