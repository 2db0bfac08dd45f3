# One image for every part: `understudy serve` by default, `understudy work`, `understudy migrate`.
# Serving beyond the container needs UNDERSTUDY_HOST=0.0.0.0, UNDERSTUDY_AUTH=jwt and a key;
# compose.yaml shows all of it together.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/understudy
WORKDIR /src
COPY requirements.lock ./
RUN /opt/understudy/bin/pip install --require-hashes -r requirements.lock
COPY . ./
RUN /opt/understudy/bin/pip install --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home understudy
COPY --from=build /opt/understudy /opt/understudy
ENV PATH=/opt/understudy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    UNDERSTUDY_PROFILE=prod \
    UNDERSTUDY_LOG_FORMAT=json
USER understudy
WORKDIR /home/understudy
EXPOSE 8000
CMD ["understudy", "serve"]
