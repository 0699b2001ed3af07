"""Accounts: who signs in. What a person may do is told by roles, beside this table."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes accounts with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """A new account; without a password it can sign in by the identity provider only.

        Raises:
            ValueError: ``username`` is empty.
        """
        if not username:
            raise ValueError("an account needs a user name")
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One account: a person, or a clerk in their post.

    ``display_name`` is the name as the person has it, in one piece: rare
    characters, "·", a single name or a foreign one; nothing is split or derived.
    """

    username = models.CharField(
        "用户名",
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个用户名已有人使用。"},
    )
    display_name = models.CharField("姓名", max_length=200, blank=True)
    phone = models.CharField("手机号", max_length=32, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_demo = models.BooleanField("演示账号", default=False)
    is_active = models.BooleanField("可登录", default=True)
    joined_at = models.DateTimeField("建立时间", default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name as the person has it, or the user name."""
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """As ``get_full_name``: a name is not split."""
        return self.get_full_name()


class ApiToken(models.Model):
    """A personal access token for the API. Only its hash is kept: the text is shown once, when it is made."""

    READ = "read"
    ACT = "act"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=10, default=READ)
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
