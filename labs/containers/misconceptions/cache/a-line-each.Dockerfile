#| expect: not yet
#| says: fetched again
%%writefile web/Dockerfile
# What is copied by a line of its own has a layer of its own, so it can't disturb the others.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE}

WORKDIR /app
COPY package*.json ./
COPY public ./public
COPY src ./src
RUN npm ci
RUN npm run build

LABEL cloudlab.section=containers
EXPOSE 3000
CMD ["node", "dist/main.js"]
