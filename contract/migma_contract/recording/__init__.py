"""Recording: campaign files, which a mock serves, of the responses that a server sent."""

from migma_contract.recording.folder import KeptCampaign, RecordingFolder, recording_name
from migma_contract.recording.jitter import Jitter
from migma_contract.recording.pseudonyms import Pseudonyms
from migma_contract.recording.recording import NotRecordedError, Recorder, Recording
from migma_contract.recording.secret_values import SecretRemover, cookie_values

__all__ = [
    "Jitter",
    "KeptCampaign",
    "NotRecordedError",
    "Pseudonyms",
    "Recorder",
    "Recording",
    "RecordingFolder",
    "SecretRemover",
    "cookie_values",
    "recording_name",
]
