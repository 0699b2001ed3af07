"""The web application for any WSGI server."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bancheng.site.settings")
application = get_wsgi_application()
# The pages are read at the start, not while the first person waits.
import_module(settings.ROOT_URLCONF)
