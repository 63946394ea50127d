"""Looking at the encoder that the settings name before a command begins long work."""

from escalation.classifier import DEFAULT_ENCODER, find_encoder, is_exported
from escalation.settings import Settings


def check_encoder(settings: Settings) -> None:
    """For what builds: the encoder's published files must be there and fit.

    Raises: EncoderMissing, EncoderInvalid, EncoderHashMismatch; each says what to do.
    """
    find_encoder(settings.encoder or None)


def check_encoder_to_serve(settings: Settings) -> None:
    """For what serves: an encoder that was exported once serves without its published files, and without a network.

    Raises: as `check_encoder`.
    """
    if not is_exported(settings.encoder or DEFAULT_ENCODER, settings.encoders):
        check_encoder(settings)
