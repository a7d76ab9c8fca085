#| expect: passed
%%writefile web/Dockerfile
# A second right answer: pruned in the first stage, and copied from there.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS builder
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
WORKDIR /app
COPY --from=builder /app/node_modules ./node_modules
COPY --from=builder /app/package.json ./
COPY --from=builder /app/public ./public
COPY --from=builder /app/dist ./dist

LABEL cloudlab.section=containers
USER 1000:1000
EXPOSE 3000
CMD ["node", "dist/main.js"]
