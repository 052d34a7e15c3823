"""What each column of the data model holds, and what each table is for: the impact assessment is made from this.

``MARKS`` has every table and every column; a rule test fails for one that is missing here, and for one that is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What a column may hold. The first five are personal; ``where`` is sensitive by PIPL 28.
HOLDS: Final = ("where", "words", "name", "contact", "who", "place", "secret", "time", "tie", "fact")
PERSONAL: Final = ("where", "words", "name", "contact", "who")


@dataclass(frozen=True)
class Mark:
    """``purpose`` has its words at the desk; ``kept`` is a kind of ``webapp.spans``, or ``stands``: while it is so."""

    purpose: str
    kept: str
    columns: dict[str, str]

    @property
    def personal(self) -> list[str]:
        return [name for name, holds in self.columns.items() if holds in PERSONAL]


def _mark(purpose: str, kept: str, **columns: str) -> Mark:
    """``who="a b"``: the columns a and b hold an account's number."""
    named = {column: holds for holds, names in columns.items() for column in names.split()}
    return Mark(purpose, kept, named)


MARKS: Final[dict[str, Mark]] = {
    # people and how they get in
    "account": _mark("sign_in", "stands", tie="id home_id", name="name login", secret="password_hash",
                     fact="language demo", time="created_at suspended_at"),
    "post": _mark("posts", "stands", tie="id organisation_id", who="account_id", fact="role", place="cells",
                  time="starts_at ends_at"),
    "invitation": _mark("sign_in", "stands", tie="id", secret="code_digest", who="account_id",
                        time="created_at expires_at used_at"),
    "sign_in": _mark("sign_in", "session", secret="id", who="account_id", tie="device_id",
                     time="created_at used_at ended_at verified_at"),
    "pin": _mark("sign_in", "stands", tie="id device_id", who="account_id", secret="pin_hash", fact="failures",
                 time="set_at wait_until"),
    "passkey": _mark("sign_in", "stands", tie="id", who="account_id", secret="public_key", fact="sign_count",
                     time="created_at used_at"),
    "passkey_challenge": _mark("sign_in", "stands", secret="id", who="account_id", time="expires_at"),
    "one_time_code": _mark("sign_in", "stands", who="account_id", secret="secret", fact="last_step failures",
                           time="confirmed_at wait_until"),
    "audit_line": _mark("audit", "audit", tie="id subject_id detail", time="at", who="account_id", fact="action"),
    "audit_seal": _mark("audit", "audit", tie="n first_id last_id", fact="lines digest marks", time="sealed_at"),
    # places
    "organisation": _mark("places", "stands", tie="id parent_id", fact="kind name code time_zone", place="phone",
                          time="created_at"),
    "cell": _mark("places", "stands", tie="id estate_id", place="grid_code bounds", fact="kind", time="retired_at"),
    "household": _mark("places", "stands", tie="id estate_id", place="grid_code floor door"),
    "household_person": _mark("household", "stands", tie="household_id", name="holder", contact="phone",
                              fact="area_m2", time="changed_at"),
    "household_import": _mark("household", "stands", tie="id estate_id", who="account_id", words="content result",
                              fact="file_name state rows_read rows_of tries",
                              time="created_at claimed_at settled_at"),
    "choice": _mark("places", "stands", tie="id estate_id", fact="list code names position active"),
    # what is recorded
    "checkpoint": _mark("patrols", "stands", tie="id estate_id", fact="name hint", place="grid_code"),
    "route": _mark("patrols", "stands", tie="id estate_id checkpoint_ids", fact="name minutes active"),
    "patrol": _mark("patrols", "patrol", tie="id estate_id route_id", who="account_id companions", where="scans",
                    words="note", fact="track state", time="made_at received_at finished_at"),
    "track_piece": _mark("patrols", "track", tie="id patrol_id", who="account_id", where="points", time="received_at"),
    "finding": _mark("records", "finding", tie="id estate_id patrol_id case_id", who="account_id", words="body",
                     place="grid_code", fact="category urgent ready", time="made_at received_at"),
    "visit": _mark("records", "visit", tie="id estate_id household_id", who="account_id", words="body",
                   place="grid_code", fact="outcome consent ready", time="made_at received_at"),
    "opinion": _mark("records", "opinion", tie="id estate_id visit_id", who="account_id", words="body",
                     place="grid_code", fact="category anonymous urgent ready", time="made_at received_at received_on"),
    "blob": _mark("photos", "blob", tie="id", fact="content_type size_bytes", time="stored_at"),
    "blob_sender": _mark("photos", "blob", tie="blob_id", who="account_id", time="sent_at"),
    "blob_use": _mark("photos", "blob", tie="id blob_id document_id", fact="collection", who="account_id"),
    # matters
    "case": _mark("cases", "case", tie="id estate_id organisation_id from_id reached", words="title refer_to",
                  who="account_id lead assisting", place="place grid_code",
                  fact="number category urgent from_kind anonymous state level left nudges attempts settled satisfied",
                  time="due_at made_at received_at moved_at closed_at"),
    "case_move": _mark("cases", "case", tie="id case_id", who="account_id", words="note",
                       fact="position kind role from_state to_state level", time="at"),
    "case_reporter": _mark("cases", "case", tie="id case_id", who="account_id", name="name", contact="phone",
                           fact="position wants_news"),
    # telling people
    "alert": _mark("alerts", "alert", tie="id case_id tag path", who="account_id", words="title body",
                   fact="kind category urgent", time="at shown_at opened_at"),
    "subscription": _mark("alerts", "stands", tie="id device_id endpoint_digest", who="account_id",
                          contact="endpoint", secret="p256dh auth", fact="fault", time="created_at failed_at"),
    "delivery": _mark("alerts", "delivery", tie="id alert_id target_id", fact="channel state tries status fault",
                      time="due_at expires_at leased_until sent_at"),
    # rights
    "consent_withdrawal": _mark("rights", "consent", tie="id source_id household_id", who="account_id withdrawn_by",
                                fact="purpose", time="given_at withdrawn_at"),
    "erased_record": _mark("rights", "consent", tie="id erasure_id", fact="kind"),
    "erasure": _mark("rights", "consent", tie="id estate_id household_id photos", who="account_id asked_by",
                     fact="report", time="asked_at swept_at"),
    "claim": _mark("rights", "consent", tie="id estate_id household_id", who="account_id settled_by",
                   words="words answer", fact="right state", time="made_at received_at settled_at"),
    "night": _mark("rights", "stands", tie="id", fact="kind count", time="ran_at"),
    # the exchange
    "sync_device": _mark("exchange", "stands", tie="id", who="account", fact="kind last_seq app waiting",
                         time="registered_at contacted_at suspended_at handed_over_at"),
    "sync_command": _mark("exchange", "command", tie="id device seq supersedes", who="account settled_by",
                          words="body reason", fact="type v digest status code detail was",
                          time="made_at received_at parked_at tried_at settled_at"),
    "sync_again": _mark("exchange", "stands", tie="device seq command", words="content", fact="code",
                        time="received_at"),
    "sync_wait": _mark("exchange", "stands", tie="ref command"),
    "sync_lost": _mark("exchange", "stands", tie="device first last", time="noticed_at"),
    "sync_urgent": _mark("exchange", "stands", tie="command device", time="received_at"),
    "sync_document": _mark("exchange", "stands", tie="key id", words="text", fact="collection rev erased"),
    "sync_later": _mark("exchange", "stands", tie="id", words="text", fact="collection", place="places"),
    "sync_place": _mark("exchange", "stands", tie="id feed", who="audience"),
    "sync_row": _mark("exchange", "stands", tie="document place", fact="n born gone"),
    "sync_feed": _mark("exchange", "stands", tie="id", fact="counter"),
    "sync_transaction": _mark("exchange", "stands", tie="feed", fact="last tag", time="at"),
    "sync_audience": _mark("exchange", "stands", tie="digest", who="members"),
}  # fmt: skip
