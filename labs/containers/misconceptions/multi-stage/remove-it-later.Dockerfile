#| expect: not yet
#| says: a layer below still holds them
%%writefile web/Dockerfile
# One stage will do: the tools are removed when the build is done.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE}

WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
RUN npm prune --omit=dev

LABEL cloudlab.section=containers
USER node
EXPOSE 3000
CMD ["node", "dist/main.js"]
