"""What the operator sets: environment variables (`ESCALATION_...`) over a TOML file over these defaults."""

import os
from datetime import timedelta
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from escalation.kernel.errors import Invalid
from escalation.setting_types import Codes, Hosts, Names, Origin, Origins, Seconds


class SettingsInvalid(Invalid):
    """A setting is wrong; the message names it."""

    code = "settings_invalid"


class Site(BaseModel):
    """A web site customers chat from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    origins: tuple[Origin, ...] = ()
    """Origins (`https://shop.example`) whose pages may open the chat; the service's own is always allowed."""
    identity_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    """What the site's server signs the identities of its customers with; None: every visitor is anonymous."""
    keep_customers_days: float | None = Field(default=None, ge=1)
    """After so many days without a word, and with nothing open, a customer is erased; None: never."""
    keep_contacts_days: float | None = Field(default=None, ge=1)
    """After so many days an address that a customer left is deleted; None: never."""


class Mail(BaseModel):
    """How customers who left an address are written to."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    host: str = ""
    """The SMTP server; empty: no mail is sent, and nothing promises any."""
    port: int = Field(default=587, ge=1, le=65535)
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(default="", alias="from", pattern=r"^([^@\s<>,]+@[^@\s<>,]+)?$")
    """The address mails come from."""
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """`tls`: from the first byte, as on port 465."""
    url: str = Field(default="", pattern=r"^(https?://[^\s#?]+)?$")
    """Where customers reach this service: `https://chat.example`. Links in mails begin with it."""
    after: Seconds = Field(default=timedelta(seconds=60), ge=timedelta(seconds=15))
    """How long after a reply a customer who is not connected then is written to."""
    links_last: Seconds = Field(default=timedelta(days=7), ge=timedelta(minutes=1))

    @model_validator(mode="after")
    def _complete(self) -> "Mail":
        if self.host and not (self.sender and self.url):
            raise ValueError("with a host, set `from` (the address mails come from) and `url` (of this service) too")
        return self


class Settings(BaseSettings):
    """All settings. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="ESCALATION_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    root_path: str = ""
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded-For, -Proto and -Host are believed, comma separated."""
    console_origins: Origins = frozenset()
    """Origins under which a proxy shows this service's pages, where it does not pass on their host."""
    allowed_hosts: Hosts = frozenset()
    """Hosts the service answers under; empty: under any."""
    details_for: Literal["loopback", "everybody"] = "loopback"
    """Who may ask for the OpenAPI document, for metrics without a token, and for what `/readyz` knows."""
    metrics_token: SecretStr = SecretStr("")
    """What a scraper sends as its bearer token; then nobody gets metrics without it."""
    data_dir: Path = Path("var")
    database_url: str = ""
    """Empty: SQLite in the data folder."""
    models_dir: Path = Path("models")
    encoders_dir: Path | None = None
    """Where exported encoders live; default: `encoders/` in the data folder."""
    encoder: str = ""
    """A Hugging Face name or a folder; empty: all-MiniLM-L6-v2 from its package."""
    languages: Codes = frozenset()
    """Languages (ISO 639-1, comma separated) known beside those of the examples; for a multilingual encoder."""
    model: str = ""
    """Serve this model folder first; empty: the champion, else the starter."""
    mail: Mail = Mail()
    sites: dict[str, Site] = Field(default_factory=lambda: {"demo": Site(name="Larkspur")})

    attachments_url: str = ""
    """Where files are kept, as `fsspec` knows it (`s3://bucket/path`); empty: `attachments/` in the data folder."""
    virus_scanner: str = ""
    """A command that is given a file's path: 0 is clean, 1 infected. Empty: files are not scanned."""
    virus_scanner_within: Seconds = Field(default=timedelta(seconds=30), gt=timedelta(0))
    """A scan that takes longer refuses the file."""

    turn_pause: Seconds = timedelta(milliseconds=500)
    turn_longest: Seconds = timedelta(seconds=3)
    turn_deadline: Seconds = timedelta(seconds=10)
    silence: Seconds = timedelta(minutes=30)
    wait_at_most: Seconds = timedelta(minutes=30)
    break_lasts: Seconds = Field(default=timedelta(minutes=5), ge=timedelta(minutes=1), le=timedelta(hours=1))
    """How long a break is that an agent asks for,"""
    break_apart: Seconds = Field(default=timedelta(hours=1), ge=timedelta(0))
    """and the time from its end to the next one."""
    break_reminder: Seconds = Field(default=timedelta(hours=3), ge=timedelta(minutes=10))
    """After so long online without a rest an agent is reminded of a break."""
    online_at_most: Seconds | None = Field(default=None, ge=timedelta(minutes=30))
    """After so long a break begins by itself; none: never."""
    reopen_within: Seconds = timedelta(days=7)
    overload: float = Field(default=5.0, gt=0)
    idle_share: float | None = Field(default=None, ge=0, lt=1)
    """While more than this share of present capacity is free and nobody waits, the bot answers less; None: never."""
    idle_step: float = Field(default=0.05, gt=0, le=0.5)
    long_queue: int | None = Field(default=None, ge=1)
    """From so many waiting on, the bot rather asks than calls a person; None: never."""
    clarify_step: float = Field(default=0.2, gt=0, le=0.5)
    teach_first: Seconds = timedelta(0)
    """Of handoffs as urgent within such a span the one whose label teaches most is offered first; 0: the oldest."""
    queues: Names = ()
    """Queues beside `general` that conversations can be transferred to, comma separated."""

    alpha: float = Field(default=0.02, gt=0, lt=0.5)
    """The share of wrong automatic answers that is accepted until an admin changes it in the console."""
    mode: Literal["shadow", "provisional", "strict"] | None = None
    """What the bot may answer until an admin chooses in the console; None: a new installation begins in shadow."""
    audits_a_day: float = Field(default=40.0, ge=1, le=10_000)
    """How many automatic answers are audited a day: a window's chance of an audit is set from it when it begins."""
    probation_share: float = Field(default=0.0, ge=0, le=1)
    """The share of all messages that the live head may answer alone; every such answer is audited."""
    probation_budget: int = Field(default=0, ge=0)
    """Known errors of such answers after which the live head answers alone no more."""
    swap_apart: Seconds = Field(default=timedelta(days=1), gt=timedelta(0))
    """The live head is tried as the next anchor at most this often,"""
    swap_examples: int = Field(default=50, ge=1)
    """and only once it knows this many new examples."""
    blind_share: float = Field(default=0.1, ge=0, le=1)
    """Share of conversations whose guesses agents see only once they have stored a label, 0 to 1."""
    generator_url: str = ""
    """Base of an OpenAI-compatible endpoint, up to `/v1`, that drafts replies for agents; empty: nothing goes out."""
    generator_model: str = ""
    """The name of its model."""
    generator_key: SecretStr = SecretStr("")
    """What it takes as bearer token; empty: none is sent."""
    generator_seconds: Seconds = Field(default=timedelta(seconds=20), gt=timedelta(0), le=timedelta(minutes=2))
    novelty_limit: float = Field(default=0.9, ge=0, le=1)
    clarify_floor: float = Field(default=0.8, ge=0, le=1)

    learn: bool = True
    """Whether this process runs the learner."""
    refit_pause: Seconds = timedelta(seconds=1)
    gate_share: float = Field(default=0.2, ge=0, lt=1)
    training_budget: Seconds = timedelta(minutes=10)
    """How long fine-tuning may take; a run with mode `auto` fits a head where it is too short or gains little."""

    customer_sockets_per_address: int = Field(default=50, ge=1)
    tokens_per_second: float = Field(default=20.0, ge=1)
    """What a customer's socket may ask for in the long run: a frame is one token, a request four."""
    messages_per_minute: int = Field(default=60, ge=1)
    identities_per_minute: int = Field(default=60, ge=1)
    sign_ins_per_minute: int = Field(default=10, ge=1)
    sockets_before_hello: int = Field(default=500, ge=1)
    session_lasts: Seconds = Field(default=timedelta(hours=12), ge=timedelta(minutes=1))
    session_idle: Seconds = Field(default=timedelta(hours=4), ge=timedelta(minutes=1))
    """Staff who did nothing for so long sign in again."""
    customer_tokens_last: Seconds = Field(default=timedelta(days=90), ge=timedelta(minutes=1))
    """How long a customer can stay away and still be the same customer."""
    staff_links_last: Seconds = Field(default=timedelta(days=3), ge=timedelta(minutes=1))
    """How long an invitation, or a link for a new password, can be used."""
    second_factor: Literal["optional", "admins", "everybody"] = "optional"
    """Who must have a second factor; everybody may."""
    secure_cookies: bool = False

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_style: Literal["console", "json"] = "console"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file named by ESCALATION_CONFIG."""
        sources: list[PydanticBaseSettingsSource] = [init_settings, env_settings]
        if path := os.environ.get("ESCALATION_CONFIG"):
            sources.append(TomlConfigSettingsSource(settings_cls, Path(path)))
        return tuple(sources)

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/escalation.sqlite"

    @property
    def attachments_dir(self) -> Path:
        """The folder of files where no other place is named."""
        return self.data_dir / "attachments"

    @property
    def attachments(self) -> str:
        """Where files are kept."""
        return self.attachments_url or str(self.attachments_dir.resolve())

    @property
    def all_queues(self) -> tuple[str, ...]:
        """Every queue there is, `general` first, each once."""
        return tuple(dict.fromkeys(("general", *self.queues)))

    @property
    def encoders(self) -> Path:
        """Where exported encoders live."""
        return self.encoders_dir or self.data_dir / "encoders"


def load_settings(**overrides: object) -> Settings:
    """Return the settings; `overrides` that are None are left out. Raises: SettingsInvalid, one line a problem."""
    path = os.environ.get("ESCALATION_CONFIG")
    if path and not Path(path).is_file():
        raise SettingsInvalid(f"ESCALATION_CONFIG names {path}, which is not a file.")
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid("Settings are wrong. " + "; ".join(lines)) from error
    except SettingsError as error:  # a variable that should hold JSON holds something else
        raise SettingsInvalid(f"Settings are wrong. {error}.") from error
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{path} is not TOML: {error}.") from error
