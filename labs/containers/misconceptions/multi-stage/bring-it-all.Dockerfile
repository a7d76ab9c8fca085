#| expect: not yet
#| says: which only the build needs
%%writefile web/Dockerfile
# Two stages make an image small, whatever is copied.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS builder
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
WORKDIR /app
COPY --from=builder /app .

LABEL cloudlab.section=containers
USER node
EXPOSE 3000
CMD ["node", "dist/main.js"]
