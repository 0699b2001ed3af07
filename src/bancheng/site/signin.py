"""Who may sign in, and how a person is named."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bancheng.store.models import User
from bancheng.usecases.access import actor_for
from bancheng.usecases.identity import identify
from bancheng.web.frame.context import desk_of


def may_sign_in(user: AbstractBaseUser) -> bool:
    """False for a closed account, and for a demo account where ``BANCHENG_DEMO`` is off.

    Demo passwords are printed for everyone to read, so a demo account left in a
    database that later goes into service must be of no use.
    """
    return user.is_active and (settings.BANCHENG_DEMO or not getattr(user, "is_demo", False))


def shown_name(user: User) -> str:
    """The name a page greets ``user`` with."""
    return user.display_name or user.get_username()


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]  # reason: allauth ships no types
    """Password sign-in by user name; refuses whom ``may_sign_in`` refuses, also in a running session."""

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        """Whether ``user`` may come in at all."""
        return may_sign_in(user)

    def get_user(self, user_id: int | str) -> AbstractBaseUser | None:
        """The person of a running session, or nobody when the account has been closed since."""
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and may_sign_in(user) else None


class LongEnough(MinimumLengthValidator):
    """Django's rule on length, whose sentence Django 5.2 has in English only."""

    def get_error_message(self) -> str:
        """What a person is told whose password is too short."""
        return _("密码太短，至少需要 %d 个字符。") % self.min_length


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # reason: allauth ships no types
    """Keeps closed and demo accounts out of every road in (password, recovery, code); officials come to their desk."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first desk of an official, the home page for everybody else."""
        return desk_of(actor_for(request.user).roles) or str(super().get_login_redirect_url(request))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Stops a sign-in that began elsewhere than with a password."""
        if not may_sign_in(user):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Ties the account to the person for whom the city's provider vouches, at every sign-in there."""
        login = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if login is not None and login.account.provider == settings.BANCHENG_OIDC_PROVIDER:
            told = _claims(login)
            number = str(told.get(settings.BANCHENG_OIDC_NUMBER_CLAIM) or "")
            if number:
                problem = identify(user, str(told.get(settings.BANCHENG_OIDC_NAME_CLAIM) or ""), number)
                if problem is not None:
                    messages.warning(request, f"{problem.message}{problem.suggestion}")
        return super().post_login(request, user, **kwargs)


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # reason: allauth ships no types
    """Takes the name of a person from the city's identity provider."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """A new account, named as the provider names the person, in one piece."""
        user: User = super().populate_user(request, sociallogin, data)
        name = _claims(sociallogin).get(settings.BANCHENG_OIDC_NAME_CLAIM)
        user.display_name = str(name or data.get("name") or user.get_username())
        return user


def _claims(sociallogin: Any) -> dict[str, Any]:
    """What the provider says of the person: its userinfo, and beside it what only the ID token says."""
    data: dict[str, Any] = sociallogin.account.extra_data
    return {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}
