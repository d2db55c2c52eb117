"""Reasons for people, taken from errors of the system and of other libraries."""

from __future__ import annotations

import errno
import re
import socket
import ssl

from ohdio_core.sentences import Sentence, sentence

#: "[Errno 5] …", "[SSL: WRONG_VERSION] …" before, "(_ssl.c:1006)" and the file behind the words.
_BEFORE = re.compile(r"^(?:\[[^\]]*\]\s*)+")
_BEHIND = re.compile(r"\s*\(_?\w+\.c:\d+\)")
_FILE = re.compile(r":\s*'[^']*'$")
_ADDRESS = re.compile(r"\s*<[^<>]* at 0x[0-9a-f]+>:?\s*")
_UNKNOWN = "no reason was given"

#: What the system says often, by its number.
_OF_SYSTEM = {
    errno.EACCES: sentence("reason.permission_denied", "permission denied"),
    errno.EPERM: sentence("reason.not_permitted", "operation not permitted"),
    errno.ENOENT: sentence("reason.no_such_file", "no such file or directory"),
    errno.ENOTDIR: sentence("reason.no_directory", "not a directory"),
    errno.EROFS: sentence("reason.read_only", "read-only file system"),
    errno.ENOSPC: sentence("reason.no_space", "no space left on device"),
    errno.EDQUOT: sentence("reason.quota", "disk quota exceeded"),
    errno.EIO: sentence("reason.disk_error", "input/output error"),
    errno.ESTALE: sentence("reason.stale", "stale file handle"),
    errno.ENOTCONN: sentence("reason.not_connected", "transport endpoint is not connected"),
    errno.ECONNREFUSED: sentence("reason.connection_refused", "connection refused"),
    errno.ECONNRESET: sentence("reason.connection_reset", "connection reset by peer"),
    errno.ECONNABORTED: sentence("reason.connection_aborted", "software caused connection abort"),
    errno.EPIPE: sentence("reason.broken_pipe", "broken pipe"),
    errno.ETIMEDOUT: sentence("reason.timed_out", "connection timed out"),
    errno.ENETUNREACH: sentence("reason.no_network", "network is unreachable"),
    errno.EHOSTUNREACH: sentence("reason.no_route", "no route to host"),
}
#: What it says of names of hosts (RFC 3493, section 6.1).
_OF_NAMES = {
    socket.EAI_NONAME: sentence("reason.unknown_name", "name or service not known"),
    socket.EAI_NODATA: sentence("reason.name_without_address", "no address associated with hostname"),
    socket.EAI_AGAIN: sentence("reason.no_name_service", "temporary failure in name resolution"),
}
#: What OpenSSL says of certificates (``X509_V_ERR_…``).
_OF_CERTIFICATES = {
    9: sentence("reason.certificate_too_new", "certificate is not yet valid"),
    10: sentence("reason.certificate_expired", "certificate has expired"),
    18: sentence("reason.certificate_self_signed", "self-signed certificate"),
    19: sentence("reason.certificate_chain_self_signed", "self-signed certificate in certificate chain"),
    20: sentence("reason.certificate_unknown_issuer", "unable to get local issuer certificate"),
}


def reason_of(error: BaseException) -> str:
    """Return why, without numbers of the system, names of exceptions and places in code; no full stop at its end."""
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message
    elif isinstance(error, OSError) and error.strerror:
        said = error.strerror
    else:
        said = str(error)
    said = said.partition("\n")[0]
    for noise in (_BEFORE, _BEHIND, _FILE, _ADDRESS):
        said = noise.sub("", said)
    return said.strip().rstrip(".") or _UNKNOWN


def reason_in_sentence(error: BaseException) -> Sentence | str:
    """Return why, to be put into a sentence: as one with an id where it is a usual reason, else as ``reason_of``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        usual = _OF_CERTIFICATES.get(error.verify_code)
    elif isinstance(error, socket.gaierror):
        usual = _OF_NAMES.get(error.errno or 0)
    elif isinstance(error, ssl.SSLError) or not isinstance(error, OSError):
        usual = None
    else:
        usual = _OF_SYSTEM.get(error.errno or 0)
    return reason_of(error) if usual is None else usual
