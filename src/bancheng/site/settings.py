"""Django settings of one deployment, read from ``BANCHENG_*`` variables (``docs/settings.md``)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from bancheng.site import environment as env

# ------------------------------------------------------------- this deployment

BANCHENG_HOME = env.home()
BANCHENG_DEMO = env.switch("BANCHENG_DEMO")
BANCHENG_PACKS = tuple(Path(part) for part in env.listed("BANCHENG_PACKS", separator=os.pathsep))
"""Folders of packs beside those that come with Bancheng."""
BANCHENG_PLACE_NAME = env.text("BANCHENG_PLACE_NAME")
"""The name of the place that pages show beside the mark; empty shows none."""

BANCHENG_ADDRESS = env.text("BANCHENG_ADDRESS", "http://localhost:8000").rstrip("/")
"""Where people reach this deployment; printed on papers as the place to verify them."""
BANCHENG_UNDO_SECONDS = int(env.text("BANCHENG_UNDO_SECONDS", "10"))
"""How long an official may take a weighty act back before it happens; 0 does it at once."""
BANCHENG_DEMO_SOURCES = env.pairs("BANCHENG_DEMO_SOURCES")
"""How demo sources behave, as ``source=down,other=slow``; good when not named."""
BANCHENG_SIGNING = env.text("BANCHENG_SIGNING", "demo" if BANCHENG_DEMO else "")
"""Who signs papers: files, demo (in demo mode), or nobody."""
BANCHENG_SIGNING_KEY = env.text("BANCHENG_SIGNING_KEY")
BANCHENG_SIGNING_CERTIFICATE = env.text("BANCHENG_SIGNING_CERTIFICATE")
BANCHENG_SIGNING_TRUST = env.text("BANCHENG_SIGNING_TRUST")
BANCHENG_SIGNING_PASSWORD = env.text("BANCHENG_SIGNING_PASSWORD")
BANCHENG_SEALS = env.text("BANCHENG_SEALS")
"""A folder with pictures of seals, ``<body>.svg``."""
BANCHENG_PAPERS = env.text("BANCHENG_PAPERS")
"""A folder with result templates of one's own, ``<document>.typ`` or ``<body>.typ``."""
BANCHENG_SLIP_NUMBERS = env.text("BANCHENG_SLIP_NUMBERS", "{body}{kind}字〔{year}〕{serial}号")
"""How slips are numbered within a body's series of a year."""
BANCHENG_ARCHIVE_AFTER_DAYS = int(env.text("BANCHENG_ARCHIVE_AFTER_DAYS", "30"))
"""How many days after a case has ended its package is made."""
BANCHENG_ARCHIVE_YEARS = int(env.text("BANCHENG_ARCHIVE_YEARS", "10"))
"""How many years a package is kept where nothing was granted."""
BANCHENG_ARCHIVE_YEARS_GRANTED = int(env.text("BANCHENG_ARCHIVE_YEARS_GRANTED", "30"))
"""How many years a package is kept where something was granted; 0 = for ever."""
BANCHENG_PHOTO_PLACE = env.switch("BANCHENG_PHOTO_PLACE")
"""Whether the place a camera wrote into a photograph of a visit is kept beside it; it is never left in the picture."""
BANCHENG_CREDIT = env.text("BANCHENG_CREDIT", "demo" if BANCHENG_DEMO else "")
"""The credit platform asked before something is deferred or promised; empty: none is asked."""
BANCHENG_DEMO_CREDIT = env.text("BANCHENG_DEMO_CREDIT", "good")
"""How the demo credit source behaves: good, bad, slow or down."""
BANCHENG_CROSS_CLOCK = env.text("BANCHENG_CROSS_CLOCK", "acceptance")
"""From when the clocks of a case count: ``acceptance`` (the lawful rule) or ``receipt``, which is earlier."""
BANCHENG_PAYMENTS = env.text("BANCHENG_PAYMENTS", "demo")
"""The payment provider by its name. The demo serves in demo mode only: elsewhere fees are then paid at the window."""
BANCHENG_DEMO_PAYMENTS = env.text("BANCHENG_DEMO_PAYMENTS", "good")
"""How the demo provider behaves: ``good slow silent doubling lying failing down``."""
BANCHENG_BANK = env.text("BANCHENG_BANK", "demo")
"""The bank that benefits are paid out through, by its name. The demo serves in demo mode only."""
BANCHENG_DEMO_BANK = env.text("BANCHENG_DEMO_BANK", "good")
"""How the demo bank behaves: ``good slow breaking failing doubling lying down``."""
BANCHENG_SYSTEMS = env.pairs("BANCHENG_SYSTEMS")
"""Where bodies' own systems are reached: an address, or ``files`` for folders under ``exchange/`` of the home."""
BANCHENG_SYSTEM_KEYS = env.pairs("BANCHENG_SYSTEM_KEYS")
"""The key shared with each system."""
BANCHENG_DEMO_SYSTEMS = env.pairs("BANCHENG_DEMO_SYSTEMS")
"""How the demo twins of systems behave; good when not named."""
BANCHENG_SMS = env.text("BANCHENG_SMS", "demo" if BANCHENG_DEMO else "")
"""The address of the SMS gateway; ``demo`` lays messages down as files; empty: no SMS."""
BANCHENG_SMS_KEY = env.text("BANCHENG_SMS_KEY")
"""The key shared with the SMS gateway."""
BANCHENG_MODEL = env.text("BANCHENG_MODEL")
"""The address of a server of language models (``…/v1``) that may propose conditions; empty: none."""
BANCHENG_MODEL_NAME = env.text("BANCHENG_MODEL_NAME")
"""Which of its models."""
BANCHENG_MODEL_KEY = env.text("BANCHENG_MODEL_KEY")
"""Our key there; empty: none."""
BANCHENG_ANSWER_DAYS = int(env.text("BANCHENG_ANSWER_DAYS", "3"))
"""Working days within which a body answers a message of an applicant."""

DEBUG = False
SECRET_KEY = env.secret_key(BANCHENG_HOME)
ALLOWED_HOSTS = list(env.listed("BANCHENG_HOSTS", "localhost,127.0.0.1,[::1]"))
_HTTPS = env.switch("BANCHENG_HTTPS")

# ------------------------------------------------------------- parts

INSTALLED_APPS = [
    "bancheng.store.apps.StoreConfig",
    "bancheng.web.apps.WebConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bancheng.site.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bancheng.web.frame.actor.ActorMiddleware",
    "bancheng.web.frame.throttle.Throttle",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "bancheng.site.urls"
WSGI_APPLICATION = "bancheng.site.wsgi.application"

_WEB = Path(__file__).resolve().parent.parent / "web"
# Each area of the web brings its own templates; the frame comes first so that
# it may also replace pages of the sign-in library.
_AREAS = sorted(_WEB.glob("*/templates"), key=lambda path: (path.parent.name != "frame", path))

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": _AREAS,
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "bancheng.web.frame.context.frame",
            ],
        },
    }
]

# ------------------------------------------------------------- data

DATABASES = {"default": env.database(env.text("BANCHENG_DATABASE", "sqlite:///bancheng.db"), BANCHENG_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_POSTGRES = DATABASES["default"]["ENGINE"].endswith("postgresql")

# Rate limits must count over all web processes; a single machine has one.
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
        if _POSTGRES
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

MEDIA_ROOT = BANCHENG_HOME / "files"
STATIC_URL = "/static/"
STATIC_ROOT = BANCHENG_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = sorted(_WEB.glob("*/static"))
# Files are found where they lie, so that a fresh checkout serves without a collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# ------------------------------------------------------------- people

AUTH_USER_MODEL = "store.User"
AUTHENTICATION_BACKENDS = ["bancheng.site.signin.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "bancheng.site.signin.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "bancheng.site.signin.AccountAdapter"
ACCOUNT_USER_DISPLAY = "bancheng.site.signin.shown_name"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_ADAPTER = "bancheng.site.signin.IdentityAdapter"
MFA_TOTP_ISSUER = "办成"

_ISSUER = env.text("BANCHENG_OIDC_ISSUER")
BANCHENG_OIDC_PROVIDER = "city"
BANCHENG_OIDC_NUMBER_CLAIM = env.text("BANCHENG_OIDC_NUMBER_CLAIM", "id_number")
BANCHENG_OIDC_NAME_CLAIM = env.text("BANCHENG_OIDC_NAME_CLAIM", "name")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": BANCHENG_OIDC_PROVIDER,
                "name": env.text("BANCHENG_OIDC_NAME", "统一身份认证"),
                "client_id": env.text("BANCHENG_OIDC_CLIENT_ID"),
                "secret": env.text("BANCHENG_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": _ISSUER},
            }
        ]
        if _ISSUER
        else [],
    }
}

# ------------------------------------------------------------- language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ------------------------------------------------------------- safety

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if _HTTPS and host != "*"]
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.switch("BANCHENG_BEHIND_PROXY") else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "bancheng.web.frame.errors.stale_form"
# The address that limits of haste count: the proxy in front says whom it serves.
BANCHENG_PROXIES = 1 if env.switch("BANCHENG_BEHIND_PROXY") else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# A browser refuses the hop to the identity provider unless forms may end there.
_IDENTITY = [f"{urlsplit(_ISSUER).scheme}://{urlsplit(_ISSUER).netloc}"] if _ISSUER else []
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # widths of bars are attributes; style elements stay barred
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        " ".join(["form-action 'self'", *_IDENTITY]),
    ]
)

# ------------------------------------------------------------- mail and records

DEFAULT_FROM_EMAIL = env.text("BANCHENG_MAIL_FROM", "bancheng@localhost")
_MAIL = env.text("BANCHENG_MAIL_HOST")
if _MAIL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, _, _port = _MAIL.partition(":")
    EMAIL_PORT = int(_port or 25)
    EMAIL_TIMEOUT = 10
    EMAIL_HOST_USER = env.text("BANCHENG_MAIL_USER")
    EMAIL_HOST_PASSWORD = env.text("BANCHENG_MAIL_PASSWORD")
    EMAIL_USE_TLS = env.switch("BANCHENG_MAIL_TLS")
else:
    # Without a mail server, letters are laid down as files that the operator can read.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = BANCHENG_HOME / "mail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "bancheng.site.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("BANCHENG_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Django's own handlers would write the request, with what people typed, past the formatter.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "waitress.queue": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},  # it greets on every start
    },
}
