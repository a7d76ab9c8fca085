#| expect: not yet
#| says: runs as root
%%writefile web/Dockerfile
# Root in a container isn't root of the machine, so it does no harm.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS builder
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
COPY --from=builder /app/dist ./dist
COPY --from=builder /app/public ./public

LABEL cloudlab.section=containers
EXPOSE 3000
CMD ["node", "dist/main.js"]
