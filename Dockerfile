# The image of services mode: web, worker, beat and the migration are the same image with other commands.

FROM python:3.12-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PATH="/opt/venv/bin:$PATH" \
    DJANGO_SETTINGS_MODULE=profportal.settings.production
WORKDIR /app

FROM base AS packages
COPY requirements/runtime.txt requirements/runtime.txt
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes --no-deps -r requirements/runtime.txt

FROM packages AS static
COPY . .
# The settings refuse to start without these; the values live for this one command and protect nothing.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=build.invalid \
    PORTAL_BASE_URL=https://build.invalid \
    DATABASE_URL=postgres://build@build.invalid:5432/build \
    python manage.py collectstatic --noinput

FROM base
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --home-dir /var/lib/profportal --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0750 /var/lib/profportal /var/lib/profportal/media /var/lib/profportal/beat
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=static /app/staticfiles staticfiles
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "docker/healthcheck.py", "/healthz"]
CMD ["gunicorn", "profportal.asgi:application", "-k", "asgi", "--bind", "0.0.0.0:8000"]
