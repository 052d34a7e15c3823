CREATE TABLE public.account (
    id character varying(36) NOT NULL,
    login character varying(60),
    name character varying(60) NOT NULL,
    language character varying(5) NOT NULL,
    password_hash character varying(200),
    home_id character varying(36) NOT NULL,
    demo boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    suspended_at timestamp with time zone
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.alert (
    id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    case_id character varying(36),
    kind character varying(12) NOT NULL,
    category character varying(30),
    title character varying(120) NOT NULL,
    body character varying(200) NOT NULL,
    path character varying(120) NOT NULL,
    tag character varying(60) NOT NULL,
    urgent boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    shown_at timestamp with time zone,
    opened_at timestamp with time zone
);
CREATE TABLE public.audit_line (
    id integer NOT NULL,
    at character varying(30) NOT NULL,
    account_id character varying(36),
    action character varying(60) NOT NULL,
    subject_id character varying(36),
    detail text
);
CREATE SEQUENCE public.audit_line_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_line_id_seq OWNED BY public.audit_line.id;
CREATE TABLE public.blob (
    id character varying(64) NOT NULL,
    content_type character varying(40) NOT NULL,
    size_bytes integer NOT NULL,
    stored_at timestamp with time zone NOT NULL
);
CREATE TABLE public.blob_sender (
    blob_id character varying(64) NOT NULL,
    account_id character varying(36) NOT NULL,
    sent_at timestamp with time zone NOT NULL
);
CREATE TABLE public.blob_use (
    id character varying(36) NOT NULL,
    blob_id character varying(64) NOT NULL,
    collection character varying(20) NOT NULL,
    document_id character varying(36) NOT NULL,
    account_id character varying(36)
);
CREATE TABLE public."case" (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    organisation_id character varying(36) NOT NULL,
    number character varying(12) NOT NULL,
    title character varying(120) NOT NULL,
    category character varying(30) NOT NULL,
    place json,
    grid_code character varying(30),
    urgent boolean NOT NULL,
    from_kind character varying(10),
    from_id character varying(36),
    account_id character varying(36),
    anonymous boolean NOT NULL,
    state character varying(12) NOT NULL,
    level character varying(12) NOT NULL,
    "left" json NOT NULL,
    reached json NOT NULL,
    lead character varying(40),
    assisting json NOT NULL,
    due_at timestamp with time zone,
    nudges integer NOT NULL,
    attempts integer NOT NULL,
    refer_to text,
    settled boolean,
    satisfied boolean,
    made_at character varying(40),
    received_at timestamp with time zone NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone
);
CREATE TABLE public.case_move (
    id character varying(36) NOT NULL,
    case_id character varying(36) NOT NULL,
    "position" integer NOT NULL,
    kind character varying(10) NOT NULL,
    account_id character varying(36),
    role character varying(40),
    from_state character varying(12),
    to_state character varying(12) NOT NULL,
    level character varying(12) NOT NULL,
    note text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.case_reporter (
    id character varying(36) NOT NULL,
    case_id character varying(36) NOT NULL,
    "position" integer NOT NULL,
    account_id character varying(36),
    name character varying(60),
    phone character varying(30),
    wants_news boolean NOT NULL
);
CREATE TABLE public.cell (
    id character varying(36) NOT NULL,
    grid_code character varying(30) NOT NULL,
    kind character varying(10) NOT NULL,
    estate_id character varying(36) NOT NULL,
    retired_at timestamp with time zone,
    bounds json
);
CREATE TABLE public.checkpoint (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    name character varying(60) NOT NULL,
    hint character varying(120) NOT NULL,
    grid_code character varying(30)
);
CREATE TABLE public.choice (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    list character varying(12) NOT NULL,
    code character varying(30) NOT NULL,
    names json NOT NULL,
    "position" integer NOT NULL,
    active boolean NOT NULL
);
CREATE TABLE public.delivery (
    id character varying(36) NOT NULL,
    alert_id character varying(36) NOT NULL,
    channel character varying(12) NOT NULL,
    target_id character varying(36) NOT NULL,
    state character varying(10) NOT NULL,
    tries integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    leased_until timestamp with time zone,
    status integer,
    fault character varying(120),
    sent_at timestamp with time zone
);
CREATE TABLE public.finding (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    patrol_id character varying(36),
    category character varying(30) NOT NULL,
    grid_code character varying(30),
    urgent boolean NOT NULL,
    case_id character varying(36),
    ready boolean NOT NULL,
    body text NOT NULL,
    made_at character varying(40) NOT NULL,
    received_at timestamp with time zone NOT NULL
);
CREATE TABLE public.household (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    grid_code character varying(30) NOT NULL,
    floor integer NOT NULL,
    door character varying(10) NOT NULL
);
CREATE TABLE public.household_import (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    file_name character varying(120) NOT NULL,
    content bytea,
    state character varying(10) NOT NULL,
    rows_read integer NOT NULL,
    rows_of integer,
    result json,
    created_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    tries integer NOT NULL,
    settled_at timestamp with time zone
);
CREATE TABLE public.household_person (
    household_id character varying(36) NOT NULL,
    holder character varying(60),
    phone character varying(30),
    area_m2 double precision,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.invitation (
    id character varying(36) NOT NULL,
    code_digest character varying(64) NOT NULL,
    account_id character varying(36) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.opinion (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    account_id character varying(36),
    visit_id character varying(36),
    category character varying(30) NOT NULL,
    grid_code character varying(30),
    anonymous boolean NOT NULL,
    urgent boolean NOT NULL,
    ready boolean NOT NULL,
    body text NOT NULL,
    made_at character varying(40),
    received_at timestamp with time zone,
    received_on character varying(10) NOT NULL
);
CREATE TABLE public.organisation (
    id character varying(36) NOT NULL,
    parent_id character varying(36),
    kind character varying(12) NOT NULL,
    name character varying(80) NOT NULL,
    code character varying(20) NOT NULL,
    time_zone character varying(40) NOT NULL,
    phone character varying(30),
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.patrol (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    route_id character varying(36),
    companions json NOT NULL,
    track boolean NOT NULL,
    state character varying(10) NOT NULL,
    note text NOT NULL,
    scans json NOT NULL,
    made_at character varying(40) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
CREATE TABLE public.post (
    id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    organisation_id character varying(36) NOT NULL,
    role character varying(40) NOT NULL,
    cells json NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone
);
CREATE TABLE public.route (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    name character varying(60) NOT NULL,
    minutes integer NOT NULL,
    checkpoint_ids json NOT NULL,
    active boolean NOT NULL
);
CREATE TABLE public.sign_in (
    id character varying(64) NOT NULL,
    account_id character varying(36) NOT NULL,
    device_id character varying(36) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
CREATE TABLE public.subscription (
    id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    device_id character varying(36) NOT NULL,
    endpoint text NOT NULL,
    endpoint_digest character varying(64) NOT NULL,
    p256dh character varying(120) NOT NULL,
    auth character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    failed_at timestamp with time zone,
    fault character varying(60)
);
CREATE TABLE public.sync_again (
    device character varying(36) NOT NULL,
    seq bigint NOT NULL,
    command character varying(36) NOT NULL,
    code character varying(40),
    content text,
    received_at timestamp with time zone NOT NULL
);
CREATE TABLE public.sync_audience (
    digest character varying(32) NOT NULL,
    members text NOT NULL
);
CREATE TABLE public.sync_command (
    id character varying(36) NOT NULL,
    device character varying(36) NOT NULL,
    seq bigint NOT NULL,
    account character varying(36) NOT NULL,
    type character varying(60) NOT NULL,
    v integer NOT NULL,
    made_at character varying(40),
    received_at timestamp with time zone NOT NULL,
    supersedes character varying(36),
    digest character varying(64),
    body text,
    status character varying(8) NOT NULL,
    code character varying(40),
    detail text,
    parked_at timestamp with time zone,
    tried_at timestamp with time zone,
    settled_at timestamp with time zone,
    settled_by character varying(36),
    reason text,
    was character varying(8)
);
CREATE TABLE public.sync_device (
    id character varying(36) NOT NULL,
    account character varying(36) NOT NULL,
    kind character varying(10) NOT NULL,
    last_seq bigint NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    contacted_at timestamp with time zone,
    app character varying(40) NOT NULL,
    waiting bigint NOT NULL,
    suspended_at timestamp with time zone,
    handed_over_at timestamp with time zone
);
CREATE TABLE public.sync_document (
    key bigint NOT NULL,
    collection character varying(30) NOT NULL,
    id character varying(36) NOT NULL,
    rev bigint NOT NULL,
    text text,
    erased boolean NOT NULL
);
CREATE TABLE public.sync_feed (
    id character varying(36) NOT NULL,
    counter bigint NOT NULL
);
CREATE TABLE public.sync_later (
    collection character varying(30) NOT NULL,
    id character varying(36) NOT NULL,
    text text NOT NULL,
    places text NOT NULL
);
CREATE TABLE public.sync_lost (
    device character varying(36) NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    noticed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.sync_place (
    id integer NOT NULL,
    feed character varying(36) NOT NULL,
    audience character varying(80) NOT NULL
);
CREATE SEQUENCE public.sync_place_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sync_place_id_seq OWNED BY public.sync_place.id;
CREATE TABLE public.sync_row (
    document bigint NOT NULL,
    place integer NOT NULL,
    n bigint NOT NULL,
    born bigint NOT NULL,
    gone boolean NOT NULL
);
CREATE TABLE public.sync_transaction (
    feed character varying(36) NOT NULL,
    last bigint NOT NULL,
    tag character varying(16) NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.sync_urgent (
    command character varying(36) NOT NULL,
    device character varying(36) NOT NULL,
    received_at timestamp with time zone NOT NULL
);
CREATE TABLE public.sync_wait (
    ref character varying(36) NOT NULL,
    command character varying(36) NOT NULL
);
CREATE TABLE public.track_piece (
    id character varying(36) NOT NULL,
    patrol_id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    points json NOT NULL,
    received_at timestamp with time zone NOT NULL
);
CREATE TABLE public.visit (
    id character varying(36) NOT NULL,
    estate_id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    household_id character varying(36),
    grid_code character varying(30) NOT NULL,
    outcome character varying(10) NOT NULL,
    consent boolean NOT NULL,
    ready boolean NOT NULL,
    body text NOT NULL,
    made_at character varying(40) NOT NULL,
    received_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.audit_line ALTER COLUMN id SET DEFAULT nextval('public.audit_line_id_seq'::regclass);
ALTER TABLE ONLY public.sync_place ALTER COLUMN id SET DEFAULT nextval('public.sync_place_id_seq'::regclass);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT pk_alert PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_line
    ADD CONSTRAINT pk_audit_line PRIMARY KEY (id);
ALTER TABLE ONLY public.blob
    ADD CONSTRAINT pk_blob PRIMARY KEY (id);
ALTER TABLE ONLY public.blob_sender
    ADD CONSTRAINT pk_blob_sender PRIMARY KEY (blob_id, account_id);
ALTER TABLE ONLY public.blob_use
    ADD CONSTRAINT pk_blob_use PRIMARY KEY (id);
ALTER TABLE ONLY public."case"
    ADD CONSTRAINT pk_case PRIMARY KEY (id);
ALTER TABLE ONLY public.case_move
    ADD CONSTRAINT pk_case_move PRIMARY KEY (id);
ALTER TABLE ONLY public.case_reporter
    ADD CONSTRAINT pk_case_reporter PRIMARY KEY (id);
ALTER TABLE ONLY public.cell
    ADD CONSTRAINT pk_cell PRIMARY KEY (id);
ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT pk_checkpoint PRIMARY KEY (id);
ALTER TABLE ONLY public.choice
    ADD CONSTRAINT pk_choice PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT pk_finding PRIMARY KEY (id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT pk_household PRIMARY KEY (id);
ALTER TABLE ONLY public.household_import
    ADD CONSTRAINT pk_household_import PRIMARY KEY (id);
ALTER TABLE ONLY public.household_person
    ADD CONSTRAINT pk_household_person PRIMARY KEY (household_id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT pk_invitation PRIMARY KEY (id);
ALTER TABLE ONLY public.opinion
    ADD CONSTRAINT pk_opinion PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT pk_organisation PRIMARY KEY (id);
ALTER TABLE ONLY public.patrol
    ADD CONSTRAINT pk_patrol PRIMARY KEY (id);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT pk_post PRIMARY KEY (id);
ALTER TABLE ONLY public.route
    ADD CONSTRAINT pk_route PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT pk_subscription PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_again
    ADD CONSTRAINT pk_sync_again PRIMARY KEY (device, seq);
ALTER TABLE ONLY public.sync_audience
    ADD CONSTRAINT pk_sync_audience PRIMARY KEY (digest);
ALTER TABLE ONLY public.sync_command
    ADD CONSTRAINT pk_sync_command PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_device
    ADD CONSTRAINT pk_sync_device PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_document
    ADD CONSTRAINT pk_sync_document PRIMARY KEY (key);
ALTER TABLE ONLY public.sync_feed
    ADD CONSTRAINT pk_sync_feed PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_later
    ADD CONSTRAINT pk_sync_later PRIMARY KEY (collection, id);
ALTER TABLE ONLY public.sync_lost
    ADD CONSTRAINT pk_sync_lost PRIMARY KEY (device, first);
ALTER TABLE ONLY public.sync_place
    ADD CONSTRAINT pk_sync_place PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_row
    ADD CONSTRAINT pk_sync_row PRIMARY KEY (document, place);
ALTER TABLE ONLY public.sync_transaction
    ADD CONSTRAINT pk_sync_transaction PRIMARY KEY (feed, last);
ALTER TABLE ONLY public.sync_urgent
    ADD CONSTRAINT pk_sync_urgent PRIMARY KEY (command);
ALTER TABLE ONLY public.sync_wait
    ADD CONSTRAINT pk_sync_wait PRIMARY KEY (ref, command);
ALTER TABLE ONLY public.track_piece
    ADD CONSTRAINT pk_track_piece PRIMARY KEY (id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT pk_visit PRIMARY KEY (id);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_login UNIQUE (login);
ALTER TABLE ONLY public.cell
    ADD CONSTRAINT uq_cell_grid_code UNIQUE (grid_code);
ALTER TABLE ONLY public.choice
    ADD CONSTRAINT uq_choice_estate_id_list_code UNIQUE (estate_id, list, code);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT uq_delivery_alert_id_channel_target_id UNIQUE (alert_id, channel, target_id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT uq_household_grid_code_door UNIQUE (grid_code, door);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT uq_invitation_code_digest UNIQUE (code_digest);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT uq_organisation_code UNIQUE (code);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT uq_subscription_endpoint_digest UNIQUE (endpoint_digest);
ALTER TABLE ONLY public.sync_command
    ADD CONSTRAINT uq_sync_command_device_seq UNIQUE (device, seq);
ALTER TABLE ONLY public.sync_document
    ADD CONSTRAINT uq_sync_document_collection_id UNIQUE (collection, id);
ALTER TABLE ONLY public.sync_place
    ADD CONSTRAINT uq_sync_place_feed_audience UNIQUE (feed, audience);
CREATE INDEX ix_account_home_id ON public.account USING btree (home_id);
CREATE INDEX ix_alert_account_id ON public.alert USING btree (account_id);
CREATE INDEX ix_alert_case_id ON public.alert USING btree (case_id);
CREATE INDEX ix_blob_use_blob_id ON public.blob_use USING btree (blob_id);
CREATE INDEX ix_blob_use_document_id ON public.blob_use USING btree (document_id);
CREATE INDEX ix_case_estate_state ON public."case" USING btree (estate_id, state, due_at);
CREATE INDEX ix_case_move_case_id ON public.case_move USING btree (case_id);
CREATE INDEX ix_case_organisation_id ON public."case" USING btree (organisation_id);
CREATE INDEX ix_case_reporter_account_id ON public.case_reporter USING btree (account_id);
CREATE INDEX ix_case_reporter_case_id ON public.case_reporter USING btree (case_id);
CREATE INDEX ix_cell_estate ON public.cell USING btree (estate_id);
CREATE INDEX ix_checkpoint_estate_id ON public.checkpoint USING btree (estate_id);
CREATE INDEX ix_delivery_alert_id ON public.delivery USING btree (alert_id);
CREATE INDEX ix_delivery_due ON public.delivery USING btree (state, due_at);
CREATE INDEX ix_finding_account_id ON public.finding USING btree (account_id);
CREATE INDEX ix_finding_estate_id ON public.finding USING btree (estate_id);
CREATE INDEX ix_finding_patrol_id ON public.finding USING btree (patrol_id);
CREATE INDEX ix_household_estate_id ON public.household USING btree (estate_id);
CREATE INDEX ix_household_grid_code ON public.household USING btree (grid_code);
CREATE INDEX ix_household_import_estate_id ON public.household_import USING btree (estate_id);
CREATE INDEX ix_invitation_account_id ON public.invitation USING btree (account_id);
CREATE INDEX ix_opinion_account_id ON public.opinion USING btree (account_id);
CREATE INDEX ix_opinion_estate_id ON public.opinion USING btree (estate_id);
CREATE INDEX ix_organisation_parent_id ON public.organisation USING btree (parent_id);
CREATE INDEX ix_patrol_account_id ON public.patrol USING btree (account_id);
CREATE INDEX ix_patrol_estate_id ON public.patrol USING btree (estate_id);
CREATE INDEX ix_post_account_id ON public.post USING btree (account_id);
CREATE INDEX ix_post_organisation_id ON public.post USING btree (organisation_id);
CREATE INDEX ix_route_estate_id ON public.route USING btree (estate_id);
CREATE INDEX ix_sign_in_account_id ON public.sign_in USING btree (account_id);
CREATE INDEX ix_sign_in_device_id ON public.sign_in USING btree (device_id);
CREATE INDEX ix_subscription_account_id ON public.subscription USING btree (account_id);
CREATE INDEX ix_subscription_device_id ON public.subscription USING btree (device_id);
CREATE INDEX ix_sync_command_parked ON public.sync_command USING btree (status, account);
CREATE INDEX ix_sync_device_account ON public.sync_device USING btree (account);
CREATE INDEX ix_sync_row_place_n ON public.sync_row USING btree (place, n);
CREATE INDEX ix_sync_wait_command ON public.sync_wait USING btree (command);
CREATE INDEX ix_track_piece_patrol_id ON public.track_piece USING btree (patrol_id);
CREATE INDEX ix_visit_account_id ON public.visit USING btree (account_id);
CREATE INDEX ix_visit_estate_id ON public.visit USING btree (estate_id);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT fk_account_home_id FOREIGN KEY (home_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT fk_alert_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.blob_sender
    ADD CONSTRAINT fk_blob_sender_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.blob_sender
    ADD CONSTRAINT fk_blob_sender_blob_id FOREIGN KEY (blob_id) REFERENCES public.blob(id);
ALTER TABLE ONLY public."case"
    ADD CONSTRAINT fk_case_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public."case"
    ADD CONSTRAINT fk_case_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.case_move
    ADD CONSTRAINT fk_case_move_case_id FOREIGN KEY (case_id) REFERENCES public."case"(id);
ALTER TABLE ONLY public."case"
    ADD CONSTRAINT fk_case_organisation_id FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.case_reporter
    ADD CONSTRAINT fk_case_reporter_case_id FOREIGN KEY (case_id) REFERENCES public."case"(id);
ALTER TABLE ONLY public.cell
    ADD CONSTRAINT fk_cell_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT fk_checkpoint_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.choice
    ADD CONSTRAINT fk_choice_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_alert_id FOREIGN KEY (alert_id) REFERENCES public.alert(id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.household_import
    ADD CONSTRAINT fk_household_import_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.household_import
    ADD CONSTRAINT fk_household_import_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.household_person
    ADD CONSTRAINT fk_household_person_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT fk_invitation_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.opinion
    ADD CONSTRAINT fk_opinion_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.opinion
    ADD CONSTRAINT fk_opinion_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT fk_organisation_parent_id FOREIGN KEY (parent_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.patrol
    ADD CONSTRAINT fk_patrol_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.patrol
    ADD CONSTRAINT fk_patrol_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.patrol
    ADD CONSTRAINT fk_patrol_route_id FOREIGN KEY (route_id) REFERENCES public.route(id);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_organisation_id FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.route
    ADD CONSTRAINT fk_route_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_device_id FOREIGN KEY (device_id) REFERENCES public.sync_device(id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT fk_subscription_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.track_piece
    ADD CONSTRAINT fk_track_piece_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.track_piece
    ADD CONSTRAINT fk_track_piece_patrol_id FOREIGN KEY (patrol_id) REFERENCES public.patrol(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT fk_visit_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT fk_visit_estate_id FOREIGN KEY (estate_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT fk_visit_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);
