"""The security table of PROMISES.md (OWASP ASVS 5.0, level 2), row by row."""

from __future__ import annotations

from tests.promises import invariants as known
from tests.promises.promise import Promise, Proof, Switch

HTTP_ONLY = Switch(
    "webapp/people/sign_in.py",
    'httponly=True, samesite="Lax"\n    )\n\n\ndef clear',
    'httponly=False, samesite="Lax"\n    )\n\n\ndef clear',
)
OLD_SESSION_ENDS = Switch("webapp/people/sign_in.py", "    if earlier:\n", "    if False:\n")
ORIGIN = Switch("webapp/security.py", 'if origin != f"{request.scheme}://{request.host}":', "if False:")
JSON_ONLY = Switch("webapp/shell/sync_views.py", 'if request.mimetype != "application/json":', "if False:")
CSP = Switch("webapp/security.py", "\"frame-ancestors 'none'; object-src 'none'\"", "\"frame-ancestors 'none'\"")
THROTTLED = Switch("webapp/people/throttle.py", "if not limiter.limiter.hit(PAIR, *self._own):", "if False:")
LINE_AWAITED = Switch("webapp/people/audit.py", "            written.result()\n", "            pass\n")
SINGLE_USE = Switch(
    "webapp/people/invitations.py",
    "where(Invitation.code_digest == digest, Invitation.used_at.is_(None))\n    if",
    "where(Invitation.code_digest == digest)\n    if",
)
IN_FRAGMENT = Switch("webapp/people/invitations.py", "/#/activate/", "/activate/")
REAL_FORMAT = Switch("webapp/blobs/formats.py", "return _picture(data)\n", 'return "image/jpeg", data\n')
KNOWN_HOSTS = Switch("webapp/alerts/endpoints.py", '        raise Refused("not a known push host")\n', "        pass\n")
NO_PRIVATE = Switch("webapp/alerts/push.py", "return ip.is_global and not ip.is_multicast", "return True")
TEXT_CELL = Switch(
    "webapp/places/exporting.py", "[guarded(value) if isinstance(value, str) else value for value in row]", "row"
)

SIGNED_ONCE = Switch(
    "webapp/people/passkeys.py",
    "mine = delete(Challenge).where(Challenge.id == _digest(challenge), whose, Challenge.expires_at > now)",
    "mine = update(Challenge).where(Challenge.id == _digest(challenge), whose).values(expires_at=Challenge.expires_at)",
)
CHAINED = Switch(
    "webapp/people/verifying.py",
    "if len(lines) == seal.lines and chained(before, digests) == seal.digest:",
    "if seal.lines:",
)

KEPT_OUTSIDE = Switch("webapp/privacy/erasing.py", "    outside.keep(id, subject, done.gone, now)\n", "    pass\n")
ERASED_BARRED = Switch("sync/deciding.py", "        if erased and erased & {", "        if False and erased & {")
TAKEN_OUT = Switch(
    "webapp/privacy/sweeping.py", "            away.take_out(connection, clock.now())\n", "            pass\n"
)
SAID_THERE = Switch("webapp/privacy/away.py", "    _said_there(connection)\n", "")
TAKEN_BACK = Switch(
    "webapp/privacy/sweeping.py",
    "            consents.withdraw_again(connection, lines, clock.now())\n",
    "            pass\n",
)
TOLD_ANEW = Switch("sync/cursor.py", " or keys[row.collection, row.id]:", ":")
EMPTIED = Switch("static/field/settle.ts", ' || code === "erased" ? voided(done)', " ? voided(done)")

SECURITY: tuple[Promise, ...] = (
    Promise(
        "The session cookie is __Host- over HTTPS, Secure, HttpOnly, SameSite=Lax; each sign-in opens a new session.",
        (
            Proof("tests/people/test_sessions.py::test_the_cookie_over_https", HTTP_ONLY),
            Proof(
                "tests/people/test_sessions.py::test_each_sign_in_opens_a_new_session_and_ends_the_one_before",
                OLD_SESSION_ENDS,
            ),
            Proof("tests/people/test_sessions.py::test_a_suspended_device_is_good_for_handing_over_alone"),
        ),
    ),
    Promise(
        "Requests from another site's page are refused: Origin, JSON only on the exchange, form tokens at the desk.",
        (
            Proof("tests/people/test_csrf.py::test_a_foreign_origin_is_refused", ORIGIN),
            Proof("tests/protocol/test_statuses.py::test_415_what_a_form_could_send", JSON_ONLY),
        ),
    ),
    Promise(
        "Every answer carries the content security policy and its companions.",
        (Proof("tests/shell/test_headers.py::test_every_answer_has_the_headers", CSP),),
    ),
    Promise(
        "Who gets in where, says what and is given what is one matrix; what is new and has no row fails.",
        (
            Proof("tests/rules/test_routes.py::test_who_gets_in_where"),
            Proof("tests/rules/test_routes.py::test_every_route_has_its_row"),
            Proof("tests/rules/test_matrix.py::test_who_may_say_what"),
            Proof("tests/rules/test_matrix.py::test_who_is_given_what"),
            Proof("tests/rules/test_matrix.py::test_every_collection_has_its_row"),
            Proof(
                "tests/protocol/test_patrols.py::TestStart::test_seen_by_its_pair_and_the_secretary_alone",
                known.AUDIENCES,
            ),
            Proof("tests/protocol/test_foreign.py::TestOther::test_holds_none_of_its_documents"),
        ),
    ),
    Promise(
        "Guessing is made slow without locking anybody out; an invitation is good once, and its code in the fragment.",
        (
            Proof("tests/people/test_throttling.py::test_a_thousand_tries_at_one_login_get_ten_answers", THROTTLED),
            Proof("tests/people/test_throttling.py::test_its_owner_elsewhere_is_not_locked_out"),
            Proof("tests/people/test_invitations.py::test_it_is_good_once", SINGLE_USE),
            Proof(
                "tests/people/test_invitations.py::"
                "test_the_code_is_in_the_fragment_and_the_database_has_its_digest_alone",
                IN_FRAGMENT,
            ),
            Proof("tests/people/test_invitations.py::test_of_two_phones_at_once_one_is_let_in"),
        ),
    ),
    Promise(
        "A PIN opens nothing from another phone; a passkey is asked for by this site, once; a code is good once.",
        (
            Proof("tests/people/test_pins.py::test_elsewhere_it_opens_nothing_and_says_so"),
            Proof("tests/people/test_pins.py::test_many_at_once_gain_nothing"),
            Proof("tests/people/test_passkeys.py::test_another_sites_page_gets_nothing_by_it"),
            Proof("tests/people/test_passkeys.py::test_a_signature_is_good_once", SIGNED_ONCE),
        ),
    ),
    Promise(
        "Uploads are what their content says, are encoded anew, and lose where and when they were taken.",
        (
            Proof("tests/protocol/test_blobs.py::TestContent::test_where_and_when_it_was_taken_goes", REAL_FORMAT),
            Proof(
                "tests/protocol/test_blobs.py::TestContent::test_a_polyglot_is_only_a_picture_afterwards", REAL_FORMAT
            ),
        ),
    ),
    Promise(
        "Pushes go over HTTPS to known push services, never to an address of ours, and follow no redirect.",
        (
            Proof("tests/alerts/test_endpoints.py::test_everything_else_is_refused", KNOWN_HOSTS),
            Proof("tests/alerts/test_endpoints.py::test_a_name_that_changes_its_mind_gains_nothing", NO_PRIVATE),
            Proof("tests/alerts/test_courier.py::test_a_redirect_is_not_followed"),
        ),
    ),
    Promise(
        "Stored text is never HTML.",
        (Proof("tests/protocol/test_records.py::test_stored_text_stays_text"),),
    ),
    Promise(
        "A cell of an export that begins like a formula stays text.",
        (
            Proof("tests/places/test_exporting.py::test_no_cell_of_a_csv_is_a_formula", TEXT_CELL),
            Proof("tests/places/test_exporting.py::test_no_cell_of_an_xlsx_is_a_formula"),
        ),
    ),
    Promise(
        "Secrets come from the environment or are made at the start; a known key is refused; the log quotes no record.",
        (
            Proof("tests/shell/test_settings.py::test_a_known_or_short_key_is_refused_outside_the_demo"),
            Proof("tests/shell/test_errors.py::test_the_log_tells_where_and_not_what_was_written"),
        ),
    ),
    Promise(
        "Who saw and did what is on record: added to only, chained, its head kept outside; changes are noticed.",
        (
            Proof("tests/audit/test_chain.py::test_an_edited_line_is_named", CHAINED),
            Proof("tests/audit/test_chain.py::test_a_line_taken_out_of_the_middle_is_missed", CHAINED),
            Proof("tests/audit/test_chain.py::test_the_end_cut_off_with_its_seals_is_told_by_the_head_outside"),
            Proof("tests/audit/test_looking.py::test_no_answer_without_its_line", LINE_AWAITED),
            Proof("tests/audit/test_chain.py::test_nothing_of_ours_changes_or_deletes_lines"),
        ),
    ),
    Promise(
        "People see, correct, take along and have deleted what is held of them, photos and phones included.",
        (
            Proof("tests/privacy/test_rights.py::TestSee::test_from_the_phone"),
            Proof("tests/privacy/test_rights.py::TestDelete::test_a_door_on_phones_and_among_the_photos"),
            Proof(
                "tests/privacy/test_outside.py::test_what_a_restore_brings_back_is_deleted_again",
                KEPT_OUTSIDE,
            ),
            Proof("tests/privacy/test_outside.py::TestAPhoneThatWasAway::test_hands_nothing_back", ERASED_BARRED),
            Proof("tests/privacy/test_outside.py::TestWhatWasSaidAtAVisit::test_goes_with_it", SAID_THERE),
            Proof(
                "tests/privacy/test_outside.py::TestConsentThatWasWithdrawn::"
                "test_is_withdrawn_again_after_a_restore",
                TAKEN_BACK,
            ),
            Proof(
                "tests/privacy/test_outside.py::TestAPhoneThatWasAway::test_comes_before_the_worker_has_read_the_file"
            ),
            Proof(
                "tests/privacy/test_outside.py::TestAPhoneThatWasAway::test_comes_while_the_matter_is_open_again",
                TAKEN_OUT,
            ),
            Proof(
                "tests/privacy/test_outside.py::TestAPhoneThatWasAway::"
                "test_hands_in_a_name_that_leaves_again_when_the_matter_is_over",
                TAKEN_OUT,
            ),
            Proof(
                "tests/privacy/test_outside.py::TestAPhoneThatWasAway::"
                "test_hears_of_an_erasure_though_it_has_to_read_all_anew",
                TOLD_ANEW,
            ),
            Proof(
                "tests/field/exchange.test.ts: "
                "what was erased is emptied here too when the server will not take it again",
                EMPTIED,
            ),
        ),
    ),
    Promise(
        "What a phone keeps goes when its person signs out, but for what is unsent or refused.",
        (
            Proof("tests/field/session.test.ts: who comes next sees nothing of who was here"),
            Proof("tests/rules/test_no_caching.py::test_the_service_worker_keeps_what_was_built_and_nothing_else"),
        ),
    ),
)
