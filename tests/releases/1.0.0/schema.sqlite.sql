CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE audit_line (
	id INTEGER NOT NULL, 
	at VARCHAR(30) NOT NULL, 
	account_id VARCHAR(36), 
	action VARCHAR(60) NOT NULL, 
	subject_id VARCHAR(36), 
	detail TEXT, 
	CONSTRAINT pk_audit_line PRIMARY KEY (id)
);
CREATE TABLE blob (
	id VARCHAR(64) NOT NULL, 
	content_type VARCHAR(40) NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	stored_at DATETIME NOT NULL, 
	CONSTRAINT pk_blob PRIMARY KEY (id)
);
CREATE TABLE blob_use (
	id VARCHAR(36) NOT NULL, 
	blob_id VARCHAR(64) NOT NULL, 
	collection VARCHAR(20) NOT NULL, 
	document_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36), 
	CONSTRAINT pk_blob_use PRIMARY KEY (id)
);
CREATE INDEX ix_blob_use_blob_id ON blob_use (blob_id);
CREATE INDEX ix_blob_use_document_id ON blob_use (document_id);
CREATE TABLE organisation (
	id VARCHAR(36) NOT NULL, 
	parent_id VARCHAR(36), 
	kind VARCHAR(12) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	time_zone VARCHAR(40) NOT NULL, 
	phone VARCHAR(30), 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT fk_organisation_parent_id FOREIGN KEY(parent_id) REFERENCES organisation (id), 
	CONSTRAINT uq_organisation_code UNIQUE (code)
);
CREATE INDEX ix_organisation_parent_id ON organisation (parent_id);
CREATE TABLE sync_again (
	device VARCHAR(36) NOT NULL, 
	seq BIGINT NOT NULL, 
	command VARCHAR(36) NOT NULL, 
	code VARCHAR(40), 
	content TEXT, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_sync_again PRIMARY KEY (device, seq)
);
CREATE TABLE sync_audience (
	digest VARCHAR(32) NOT NULL, 
	members TEXT NOT NULL, 
	CONSTRAINT pk_sync_audience PRIMARY KEY (digest)
);
CREATE TABLE sync_command (
	id VARCHAR(36) NOT NULL, 
	device VARCHAR(36) NOT NULL, 
	seq BIGINT NOT NULL, 
	account VARCHAR(36) NOT NULL, 
	type VARCHAR(60) NOT NULL, 
	v INTEGER NOT NULL, 
	made_at VARCHAR(40), 
	received_at DATETIME NOT NULL, 
	supersedes VARCHAR(36), 
	digest VARCHAR(64), 
	body TEXT, 
	status VARCHAR(8) NOT NULL, 
	code VARCHAR(40), 
	detail TEXT, 
	parked_at DATETIME, 
	tried_at DATETIME, 
	settled_at DATETIME, 
	settled_by VARCHAR(36), 
	reason TEXT, 
	was VARCHAR(8), 
	CONSTRAINT pk_sync_command PRIMARY KEY (id), 
	CONSTRAINT uq_sync_command_device_seq UNIQUE (device, seq)
);
CREATE INDEX ix_sync_command_parked ON sync_command (status, account);
CREATE TABLE sync_device (
	id VARCHAR(36) NOT NULL, 
	account VARCHAR(36) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	last_seq BIGINT NOT NULL, 
	registered_at DATETIME NOT NULL, 
	contacted_at DATETIME, 
	app VARCHAR(40) NOT NULL, 
	waiting BIGINT NOT NULL, 
	suspended_at DATETIME, 
	handed_over_at DATETIME, 
	CONSTRAINT pk_sync_device PRIMARY KEY (id)
);
CREATE INDEX ix_sync_device_account ON sync_device (account);
CREATE TABLE sync_document (
	"key" INTEGER NOT NULL, 
	collection VARCHAR(30) NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	rev BIGINT NOT NULL, 
	text TEXT, 
	erased BOOLEAN NOT NULL, 
	CONSTRAINT pk_sync_document PRIMARY KEY ("key"), 
	CONSTRAINT uq_sync_document_collection_id UNIQUE (collection, id)
);
CREATE TABLE sync_feed (
	id VARCHAR(36) NOT NULL, 
	counter BIGINT NOT NULL, 
	CONSTRAINT pk_sync_feed PRIMARY KEY (id)
);
CREATE TABLE sync_later (
	collection VARCHAR(30) NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	text TEXT NOT NULL, 
	places TEXT NOT NULL, 
	CONSTRAINT pk_sync_later PRIMARY KEY (collection, id)
);
CREATE TABLE sync_lost (
	device VARCHAR(36) NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	noticed_at DATETIME NOT NULL, 
	CONSTRAINT pk_sync_lost PRIMARY KEY (device, first)
);
CREATE TABLE sync_place (
	id INTEGER NOT NULL, 
	feed VARCHAR(36) NOT NULL, 
	audience VARCHAR(80) NOT NULL, 
	CONSTRAINT pk_sync_place PRIMARY KEY (id), 
	CONSTRAINT uq_sync_place_feed_audience UNIQUE (feed, audience)
);
CREATE TABLE sync_row (
	document INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	n BIGINT NOT NULL, 
	born BIGINT NOT NULL, 
	gone BOOLEAN NOT NULL, 
	CONSTRAINT pk_sync_row PRIMARY KEY (document, place)
)
 WITHOUT ROWID

;
CREATE INDEX ix_sync_row_place_n ON sync_row (place, n);
CREATE TABLE sync_transaction (
	feed VARCHAR(36) NOT NULL, 
	last BIGINT NOT NULL, 
	tag VARCHAR(16) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_sync_transaction PRIMARY KEY (feed, last)
);
CREATE TABLE sync_urgent (
	command VARCHAR(36) NOT NULL, 
	device VARCHAR(36) NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_sync_urgent PRIMARY KEY (command)
);
CREATE TABLE sync_wait (
	ref VARCHAR(36) NOT NULL, 
	command VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_sync_wait PRIMARY KEY (ref, command)
);
CREATE INDEX ix_sync_wait_command ON sync_wait (command);
CREATE TABLE account (
	id VARCHAR(36) NOT NULL, 
	login VARCHAR(60), 
	name VARCHAR(60) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	password_hash VARCHAR(200), 
	home_id VARCHAR(36) NOT NULL, 
	demo BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	suspended_at DATETIME, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT fk_account_home_id FOREIGN KEY(home_id) REFERENCES organisation (id), 
	CONSTRAINT uq_account_login UNIQUE (login)
);
CREATE INDEX ix_account_home_id ON account (home_id);
CREATE TABLE cell (
	id VARCHAR(36) NOT NULL, 
	grid_code VARCHAR(30) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	retired_at DATETIME, 
	bounds JSON, 
	CONSTRAINT pk_cell PRIMARY KEY (id), 
	CONSTRAINT fk_cell_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id), 
	CONSTRAINT uq_cell_grid_code UNIQUE (grid_code)
);
CREATE INDEX ix_cell_estate ON cell (estate_id);
CREATE TABLE checkpoint (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	hint VARCHAR(120) NOT NULL, 
	grid_code VARCHAR(30), 
	CONSTRAINT pk_checkpoint PRIMARY KEY (id), 
	CONSTRAINT fk_checkpoint_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id)
);
CREATE INDEX ix_checkpoint_estate_id ON checkpoint (estate_id);
CREATE TABLE choice (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	list VARCHAR(12) NOT NULL, 
	code VARCHAR(30) NOT NULL, 
	names JSON NOT NULL, 
	position INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_choice PRIMARY KEY (id), 
	CONSTRAINT fk_choice_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id), 
	CONSTRAINT uq_choice_estate_id_list_code UNIQUE (estate_id, list, code)
);
CREATE TABLE household (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	grid_code VARCHAR(30) NOT NULL, 
	floor INTEGER NOT NULL, 
	door VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_household PRIMARY KEY (id), 
	CONSTRAINT fk_household_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id), 
	CONSTRAINT uq_household_grid_code_door UNIQUE (grid_code, door)
);
CREATE INDEX ix_household_estate_id ON household (estate_id);
CREATE INDEX ix_household_grid_code ON household (grid_code);
CREATE TABLE route (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	minutes INTEGER NOT NULL, 
	checkpoint_ids JSON NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_route PRIMARY KEY (id), 
	CONSTRAINT fk_route_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id)
);
CREATE INDEX ix_route_estate_id ON route (estate_id);
CREATE TABLE alert (
	id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	case_id VARCHAR(36), 
	kind VARCHAR(12) NOT NULL, 
	category VARCHAR(30), 
	title VARCHAR(120) NOT NULL, 
	body VARCHAR(200) NOT NULL, 
	path VARCHAR(120) NOT NULL, 
	tag VARCHAR(60) NOT NULL, 
	urgent BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	shown_at DATETIME, 
	opened_at DATETIME, 
	CONSTRAINT pk_alert PRIMARY KEY (id), 
	CONSTRAINT fk_alert_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX ix_alert_account_id ON alert (account_id);
CREATE INDEX ix_alert_case_id ON alert (case_id);
CREATE TABLE blob_sender (
	blob_id VARCHAR(64) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	sent_at DATETIME NOT NULL, 
	CONSTRAINT pk_blob_sender PRIMARY KEY (blob_id, account_id), 
	CONSTRAINT fk_blob_sender_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_blob_sender_blob_id FOREIGN KEY(blob_id) REFERENCES blob (id)
);
CREATE TABLE "case" (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	organisation_id VARCHAR(36) NOT NULL, 
	number VARCHAR(12) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	category VARCHAR(30) NOT NULL, 
	place JSON, 
	grid_code VARCHAR(30), 
	urgent BOOLEAN NOT NULL, 
	from_kind VARCHAR(10), 
	from_id VARCHAR(36), 
	account_id VARCHAR(36), 
	anonymous BOOLEAN NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	level VARCHAR(12) NOT NULL, 
	"left" JSON NOT NULL, 
	reached JSON NOT NULL, 
	lead VARCHAR(40), 
	assisting JSON NOT NULL, 
	due_at DATETIME, 
	nudges INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	refer_to TEXT, 
	settled BOOLEAN, 
	satisfied BOOLEAN, 
	made_at VARCHAR(40), 
	received_at DATETIME NOT NULL, 
	moved_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	CONSTRAINT pk_case PRIMARY KEY (id), 
	CONSTRAINT fk_case_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_case_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id), 
	CONSTRAINT fk_case_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE INDEX ix_case_estate_state ON "case" (estate_id, state, due_at);
CREATE INDEX ix_case_organisation_id ON "case" (organisation_id);
CREATE TABLE finding (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	patrol_id VARCHAR(36), 
	category VARCHAR(30) NOT NULL, 
	grid_code VARCHAR(30), 
	urgent BOOLEAN NOT NULL, 
	case_id VARCHAR(36), 
	ready BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	made_at VARCHAR(40) NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_finding PRIMARY KEY (id), 
	CONSTRAINT fk_finding_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_finding_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id)
);
CREATE INDEX ix_finding_account_id ON finding (account_id);
CREATE INDEX ix_finding_estate_id ON finding (estate_id);
CREATE INDEX ix_finding_patrol_id ON finding (patrol_id);
CREATE TABLE household_import (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	file_name VARCHAR(120) NOT NULL, 
	content BLOB, 
	state VARCHAR(10) NOT NULL, 
	rows_read INTEGER NOT NULL, 
	rows_of INTEGER, 
	result JSON, 
	created_at DATETIME NOT NULL, 
	claimed_at DATETIME, 
	tries INTEGER NOT NULL, 
	settled_at DATETIME, 
	CONSTRAINT pk_household_import PRIMARY KEY (id), 
	CONSTRAINT fk_household_import_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_household_import_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id)
);
CREATE INDEX ix_household_import_estate_id ON household_import (estate_id);
CREATE TABLE household_person (
	household_id VARCHAR(36) NOT NULL, 
	holder VARCHAR(60), 
	phone VARCHAR(30), 
	area_m2 DOUBLE, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_household_person PRIMARY KEY (household_id), 
	CONSTRAINT fk_household_person_household_id FOREIGN KEY(household_id) REFERENCES household (id)
);
CREATE TABLE invitation (
	id VARCHAR(36) NOT NULL, 
	code_digest VARCHAR(64) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_invitation PRIMARY KEY (id), 
	CONSTRAINT fk_invitation_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_invitation_code_digest UNIQUE (code_digest)
);
CREATE INDEX ix_invitation_account_id ON invitation (account_id);
CREATE TABLE opinion (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36), 
	visit_id VARCHAR(36), 
	category VARCHAR(30) NOT NULL, 
	grid_code VARCHAR(30), 
	anonymous BOOLEAN NOT NULL, 
	urgent BOOLEAN NOT NULL, 
	ready BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	made_at VARCHAR(40), 
	received_at DATETIME, 
	received_on VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_opinion PRIMARY KEY (id), 
	CONSTRAINT fk_opinion_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_opinion_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id)
);
CREATE INDEX ix_opinion_account_id ON opinion (account_id);
CREATE INDEX ix_opinion_estate_id ON opinion (estate_id);
CREATE TABLE patrol (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	route_id VARCHAR(36), 
	companions JSON NOT NULL, 
	track BOOLEAN NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	note TEXT NOT NULL, 
	scans JSON NOT NULL, 
	made_at VARCHAR(40) NOT NULL, 
	received_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_patrol PRIMARY KEY (id), 
	CONSTRAINT fk_patrol_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_patrol_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id), 
	CONSTRAINT fk_patrol_route_id FOREIGN KEY(route_id) REFERENCES route (id)
);
CREATE INDEX ix_patrol_account_id ON patrol (account_id);
CREATE INDEX ix_patrol_estate_id ON patrol (estate_id);
CREATE TABLE post (
	id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	organisation_id VARCHAR(36) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	cells JSON NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME, 
	CONSTRAINT pk_post PRIMARY KEY (id), 
	CONSTRAINT fk_post_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_post_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE INDEX ix_post_account_id ON post (account_id);
CREATE INDEX ix_post_organisation_id ON post (organisation_id);
CREATE TABLE sign_in (
	id VARCHAR(64) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(36) NOT NULL, 
	created_at DATETIME NOT NULL, 
	used_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT pk_sign_in PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_sign_in_device_id FOREIGN KEY(device_id) REFERENCES sync_device (id)
);
CREATE INDEX ix_sign_in_account_id ON sign_in (account_id);
CREATE INDEX ix_sign_in_device_id ON sign_in (device_id);
CREATE TABLE subscription (
	id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(36) NOT NULL, 
	endpoint TEXT NOT NULL, 
	endpoint_digest VARCHAR(64) NOT NULL, 
	p256dh VARCHAR(120) NOT NULL, 
	auth VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	failed_at DATETIME, 
	fault VARCHAR(60), 
	CONSTRAINT pk_subscription PRIMARY KEY (id), 
	CONSTRAINT fk_subscription_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_subscription_endpoint_digest UNIQUE (endpoint_digest)
);
CREATE INDEX ix_subscription_account_id ON subscription (account_id);
CREATE INDEX ix_subscription_device_id ON subscription (device_id);
CREATE TABLE visit (
	id VARCHAR(36) NOT NULL, 
	estate_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	household_id VARCHAR(36), 
	grid_code VARCHAR(30) NOT NULL, 
	outcome VARCHAR(10) NOT NULL, 
	consent BOOLEAN NOT NULL, 
	ready BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	made_at VARCHAR(40) NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_visit PRIMARY KEY (id), 
	CONSTRAINT fk_visit_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_visit_estate_id FOREIGN KEY(estate_id) REFERENCES organisation (id), 
	CONSTRAINT fk_visit_household_id FOREIGN KEY(household_id) REFERENCES household (id)
);
CREATE INDEX ix_visit_account_id ON visit (account_id);
CREATE INDEX ix_visit_estate_id ON visit (estate_id);
CREATE TABLE case_move (
	id VARCHAR(36) NOT NULL, 
	case_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	account_id VARCHAR(36), 
	role VARCHAR(40), 
	from_state VARCHAR(12), 
	to_state VARCHAR(12) NOT NULL, 
	level VARCHAR(12) NOT NULL, 
	note TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_case_move PRIMARY KEY (id), 
	CONSTRAINT fk_case_move_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);
CREATE INDEX ix_case_move_case_id ON case_move (case_id);
CREATE TABLE case_reporter (
	id VARCHAR(36) NOT NULL, 
	case_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	account_id VARCHAR(36), 
	name VARCHAR(60), 
	phone VARCHAR(30), 
	wants_news BOOLEAN NOT NULL, 
	CONSTRAINT pk_case_reporter PRIMARY KEY (id), 
	CONSTRAINT fk_case_reporter_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);
CREATE INDEX ix_case_reporter_account_id ON case_reporter (account_id);
CREATE INDEX ix_case_reporter_case_id ON case_reporter (case_id);
CREATE TABLE delivery (
	id VARCHAR(36) NOT NULL, 
	alert_id VARCHAR(36) NOT NULL, 
	channel VARCHAR(12) NOT NULL, 
	target_id VARCHAR(36) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	tries INTEGER NOT NULL, 
	due_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	leased_until DATETIME, 
	status INTEGER, 
	fault VARCHAR(120), 
	sent_at DATETIME, 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT fk_delivery_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id), 
	CONSTRAINT uq_delivery_alert_id_channel_target_id UNIQUE (alert_id, channel, target_id)
);
CREATE INDEX ix_delivery_alert_id ON delivery (alert_id);
CREATE INDEX ix_delivery_due ON delivery (state, due_at);
CREATE TABLE track_piece (
	id VARCHAR(36) NOT NULL, 
	patrol_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(36) NOT NULL, 
	points JSON NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_track_piece PRIMARY KEY (id), 
	CONSTRAINT fk_track_piece_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_track_piece_patrol_id FOREIGN KEY(patrol_id) REFERENCES patrol (id)
);
CREATE INDEX ix_track_piece_patrol_id ON track_piece (patrol_id);
