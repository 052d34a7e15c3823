"""What was asked about one's own data"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('consent_withdrawal',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=True),
    sa.Column('household_id', sa.String(length=36), nullable=True),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('source_id', sa.String(length=36), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_by', sa.String(length=36), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_withdrawal'))
    )
    with op.batch_alter_table('consent_withdrawal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_withdrawal_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_withdrawal_household_id'), ['household_id'], unique=False)

    op.create_table('erasure',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('estate_id', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=True),
    sa.Column('household_id', sa.String(length=36), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=36), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('photos', sa.JSON(), nullable=False),
    sa.Column('swept_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['estate_id'], ['organisation.id'], name=op.f('fk_erasure_estate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erasure_estate_id'), ['estate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erasure_household_id'), ['household_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erasure_household_id'))
        batch_op.drop_index(batch_op.f('ix_erasure_estate_id'))
        batch_op.drop_index(batch_op.f('ix_erasure_account_id'))

    op.drop_table('erasure')
    with op.batch_alter_table('consent_withdrawal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_withdrawal_household_id'))
        batch_op.drop_index(batch_op.f('ix_consent_withdrawal_account_id'))

    op.drop_table('consent_withdrawal')
