"""Ids of what was erased and stays away"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('erased_record',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('erasure_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erased_record'))
    )
    with op.batch_alter_table('erased_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erased_record_erasure_id'), ['erasure_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('erased_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erased_record_erasure_id'))

    op.drop_table('erased_record')
