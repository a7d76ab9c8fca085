#| expect: not yet
#| says: fetched again
%%writefile web/Dockerfile
# The packages come first. Then once more, in case the code needs others.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE}

WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm ci && npm run build

LABEL cloudlab.section=containers
EXPOSE 3000
CMD ["node", "dist/main.js"]
