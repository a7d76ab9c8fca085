#| expect: passed
%%writefile web/Dockerfile
# A second right answer: the two files by their names, and of the rest what the build reads.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE}

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY src ./src
COPY public ./public
RUN npm run build

LABEL cloudlab.section=containers
EXPOSE 3000
CMD ["npm", "start"]
