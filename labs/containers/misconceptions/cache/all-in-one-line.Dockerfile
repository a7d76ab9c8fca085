#| expect: not yet
#| says: fetched again
%%writefile web/Dockerfile
# Fewer lines are fewer layers, and fewer layers are faster.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE}

WORKDIR /app
COPY . .
RUN npm ci && npm run build

LABEL cloudlab.section=containers
EXPOSE 3000
CMD ["node", "dist/main.js"]
