"""The invariants of PROMISES.md, in its order."""

from __future__ import annotations

from tests.promises.promise import Promise, Proof, Switch

DURABLE = Switch("static/field/store.ts", '{ durability: "strict" }', "{}")
TOLD_TOO_EARLY = Switch("static/field/store.ts", "    if (failed) throw failed;\n", "")
HEALS = Switch("static/field/exchange.ts", "if (answer.last_seq < view.acked && ", "if (answer.last_seq < 0 && ")
FORGETS_UNSENT = Switch("static/field/retention.ts", 'front &&= entry.status === "applied";', "front &&= true;")
ID_LOOKED_UP = Switch("sync/engine.py", "if command.id in known or command.id in seen:", "if command.id in seen:")
PAGE_END = Switch("sync/cursor.py", "            return last, taken\n", "            return head, taken\n")
CURSOR_WITH_PAGE = Switch(
    "static/field/documents.ts",
    'if (doc) tx.put("documents", { collection, id, rev, doc, gen } satisfies Kept);',
    'if (doc) void store.write(["documents"], async (it) => it.put("documents", { collection, id, rev, doc, gen }));',
)
TAG_COMPARED = Switch("sync/cursor.py", "if found is None or found.tag != held.tag:", "if found is None:")
ONE_BAD_ALONE = Switch(
    "sync/engine.py", "return self._attempt(commands, envelope, caller, now, careful=True)", "raise Gap(0)"
)
COUNTED = Switch("static/field/state.ts", 'status === "queued" || status === "sending"', 'status === "sending"')
BADGE = Switch("static/field/badge.ts", ' - (await tx.count("entries", [], "settled"))', "")
AUDIENCES = Switch(
    "sync/cursor.py", '_p.audience.in_(bindparam("audiences", expanding=True)),', "_p.audience.is_not(None),"
)
ACCOUNT_COMPARED = Switch(
    "webapp/shell/sync_views.py",
    'if envelope.account != who.account_id:\n        raise Refusal("account")\n    if who',
    "if who",
)
MOVES_IN = Switch(
    "static/field/documents.ts",
    "if (before && (before.me.account.id !== whose.account.id || before.revoked))",
    "if (before?.revoked)",
)
OLD_SIGHT = Switch("sync/cursor.py", "    elif held[1] != digest:\n", "    elif False:\n")
DIGEST_COMPARED = Switch("webapp/blobs/views.py", "if hashlib.sha256(data).hexdigest() != digest:", "if False:")
LEASE = Switch("webapp/alerts/claims.py", "due = or_(waiting, left)", "due = waiting")
CLAIMED = Switch(
    "webapp/alerts/claims.py", 'values(state="sending", tries=d.tries + 1', 'values(state="pending", tries=d.tries + 1'
)
ASKED_FOR = Switch(
    "static/field/settle.ts", 'if (!doc && entry.status === "parked") return queuedAgain(entry);', "if (!doc) continue;"
)
LAST_NUMBER = Switch("static/field/settle.ts", "if (last && !unknown", "if (false && last && !unknown")
LOOKED_AGAIN = Switch("static/field/exchange.ts", "        await this.unready();\n", "")
MAKES_ROOM = Switch("sync/outcomes.py", 'return row.type == "void" and', "return False and")
HEARD_AFTER_ALL = Switch(
    "static/field/settle.ts", ' && ANOTHER.has(entry.code ?? "")', ""
)
REFUSED_ASKED = Switch("static/field/settle.ts", '(status === "rejected" && !ANOTHER.has(code ?? "")) ||', "")
WITHOUT_TRACE = Switch("sync/ledger.py", "    if not strange:\n", "    if True:\n")
FOLDED = Switch("static/field/sw.ts", "{ body, tag, icon,", "{ body, tag: tag && id + body, icon,")
LOST_NOTED = Switch("sync/engine.py", "            connection.execute(lost_table.insert().values(row))\n", "")

INVARIANTS: dict[str, Promise] = {
    "1": Promise(
        "Durable save: “saved” is shown only after the transaction has completed, and survives reload, kill, restart.",
        (
            Proof("tests/field/store.test.ts: strict durability is asked for", DURABLE),
            Proof(
                "tests/field/store.test.ts: "
                "what fails only as it is written to the disk has failed, however well its work went",
                TOLD_TOO_EARLY,
            ),
            Proof(
                "tests/browser/test_faults_kill.py::"
                "test_whatever_was_said_to_be_saved_survives_every_kill_and_arrives_once"
            ),
        ),
    ),
    "2": Promise(
        "No loss: each saved command is in a phone's queue, on the server, or parked where a named person sees it.",
        (
            Proof(
                "tests/field/exchange.test.ts: a restored server gets everything back, also when there is nothing new",
                HEALS,
            ),
            Proof(
                "tests/field/journal.test.ts: "
                "signing out keeps what is unsent or refused, and what is applied loses its content",
                FORGETS_UNSENT,
            ),
            Proof("tests/sync/test_model.py::test_phones_and_server_agree_whatever_happens"),
            Proof("tests/kill/test_power_cuts.py::test_nothing_that_was_acknowledged_is_lost"),
            Proof("tests/kill/test_full_disk.py::test_a_full_disk"),
        ),
    ),
    "3": Promise(
        "Exactly one effect, whatever the number, order or delay of deliveries.",
        (
            Proof(
                "tests/sync/test_exchange.py::test_a_known_id_under_another_number_gives_the_same_outcome", ID_LOOKED_UP
            ),
            Proof("tests/browser/test_faults_windows.py::test_two_windows_send_a_record_once"),
            Proof("tests/postgres/test_processes.py::test_each_command_happened_exactly_once"),
        ),
    ),
    "4": Promise(
        "An outcome means committed: it is sent only after the commit of what it tells.",
        (
            Proof("tests/protocol/test_outcomes.py::test_outcomes_and_effects_are_one_transaction"),
            Proof("tests/sync/test_traces.py::test_a_locked_database_parks_nothing"),
            Proof("tests/kill/test_web_process.py::test_killed_at_each_moment_of_an_exchange"),
        ),
    ),
    "5": Promise(
        "No gap: when things are quiet, a phone's documents are what the server would show that person.",
        (
            Proof("tests/sync/test_changes.py::test_pages_bring_each_document_once", PAGE_END),
            Proof("tests/protocol/test_changes.py::TestSight::test_gained_sweeps_and_brings", OLD_SIGHT),
            Proof("tests/protocol/test_changes.py::test_when_things_are_quiet_a_phone_holds_what_the_server_shows"),
            Proof("tests/postgres/test_processes.py::test_no_phone_lacks_a_document"),
        ),
    ),
    "6": Promise(
        "Cursor safety: a cursor never passes a document that was not stored in the same transaction.",
        (
            Proof(
                "tests/field/documents.test.ts: a document and the cursor after it are kept together or not at all",
                CURSOR_WITH_PAGE,
            ),
        ),
    ),
    "7": Promise(
        "No going back: after a restore from an older backup what phones sent since returns by itself.",
        (
            Proof("tests/sync/test_changes.py::test_a_cursor_from_before_a_restore_is_swept", TAG_COMPARED),
            Proof(
                "tests/field/exchange.test.ts: a restored server gets everything back, also when there is nothing new",
                HEALS,
            ),
            Proof(
                "tests/field/exchange.test.ts: the server went back and forth, "
                "and this phone's storage back in between: under its numbers are other commands",
                LAST_NUMBER,
            ),
            Proof(
                "tests/field/documents.test.ts: a photo that the server lost, though nothing that this phone has read "
                "changed, is asked for within the hour",
                LOOKED_AGAIN,
            ),
            Proof(
                "tests/field/exchange.test.ts: refused after a restore, waiting again after another one, "
                "then applied at the desk: this phone hears it",
                HEARD_AFTER_ALL,
            ),
            Proof(
                "tests/field/exchange.test.ts: what was refused, and a server that is put back has applied, "
                "is applied here too",
                REFUSED_ASKED,
            ),
            Proof(
                "tests/sync/test_traces.py::test_what_a_void_stood_for_is_taken_when_the_phone_has_it_again",
                MAKES_ROOM,
            ),
            Proof(
                "tests/sync/test_traces.py::test_under_the_number_of_what_left_no_trace_nothing_else_is_taken",
                WITHOUT_TRACE,
            ),
            Proof("tests/sync/test_exchange.py::test_healing_after_a_restore"),
            Proof("tests/kill/test_restore.py::test_what_phones_have_sent_since_the_backup_returns"),
        ),
    ),
    "8": Promise(
        "Never silent: each command ends applied, rejected with a reason, or parked; the badge counts what has none.",
        (
            Proof("tests/sync/test_exchange.py::test_a_handler_that_fails_is_found_and_parked_alone", ONE_BAD_ALONE),
            Proof("tests/browser/test_pwa.py::test_the_icon_counts_what_has_no_outcome", COUNTED),
            Proof(
                "tests/field/exchange.test.ts: "
                "what was decided about a parked command while the phone was away for too long is asked for",
                ASKED_FOR,
            ),
            Proof("tests/field/state.test.ts: with nobody signed in the icon counts what all have left here", BADGE),
        ),
    ),
    "9": Promise(
        "Isolation: nothing is sent under another account; nothing outside a person's scope is readable.",
        (
            Proof(
                "tests/protocol/test_patrols.py::TestStart::test_seen_by_its_pair_and_the_secretary_alone", AUDIENCES
            ),
            Proof("tests/protocol/test_foreign.py::TestOther::test_holds_none_of_its_documents"),
            Proof("tests/protocol/test_statuses.py::test_403_account", ACCOUNT_COMPARED),
            Proof(
                "tests/field/session.test.ts: "
                "two people on one phone are two devices, and nothing is sent under the other's name"
            ),
            Proof("tests/field/session.test.ts: who comes next sees nothing of who was here", MOVES_IN),
        ),
    ),
    "10": Promise(
        "No clock: a device's clock changes neither order nor acceptance.",
        (
            Proof(
                "tests/browser/test_faults_network.py::"
                "test_a_clock_that_is_years_off_changes_neither_order_nor_acceptance"
            ),
            Proof("tests/field/pacer.test.ts: a clock that is set back by years holds nothing up"),
        ),
    ),
    "11": Promise(
        "Whole photos: ready only when the server's digest equals the phone's.",
        (
            Proof("tests/protocol/test_blobs.py::TestPut::test_422_digest", DIGEST_COMPARED),
            Proof(
                "tests/field/blobs.test.ts: "
                "bytes that were maimed on the way are sent again; bytes that are broken on the phone are not"
            ),
        ),
    ),
    "12": Promise(
        "Upgrades: a queue made by any release of the last 90 days syncs.",
        (
            Proof(
                "tests/browser/test_faults_storage.py::"
                "test_an_upgrade_of_the_store_finds_a_queue_and_a_second_window_that_is_being_written_in"
            ),
            Proof("tests/sync/test_exchange.py::test_an_unknown_type_waits_for_an_upgrade"),
            Proof("tests/releases/test_releases.py::test_its_queue_syncs"),
        ),
    ),
    "13": Promise(
        "Alerts: at least one attempt per alert and recipient, one visible notification.",
        (
            Proof("tests/alerts/test_claims.py::test_killed_between_claim_and_record", LEASE),
            Proof("tests/alerts/test_claims.py::test_a_claimed_row_is_nobody_elses", CLAIMED),
            Proof(
                "tests/browser/test_push_worker.py::test_a_push_is_shown_folded_by_its_tag_and_told_to_the_open_window",
                FOLDED,
            ),
        ),
    ),
    "14": Promise(
        "Stated limit: a phone lost before it synced loses its unsent work; the server shows that there is a gap.",
        (Proof("tests/sync/test_exchange.py::test_a_range_no_phone_holds_is_noted_as_lost", LOST_NOTED),),
    ),
}
