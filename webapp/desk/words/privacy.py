"""Residents' rights at the desk."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "nav.privacy": ("居民的数据", "Residents' data"),
    "privacy.said": (
        "居民来问“你们存了我什么”，在这里查、改、导出、删除、收回同意。查看会留下记录，本人看得到。",
        "For a resident who asks what is held: look, correct, take out, delete, withdraw consent. "
        "Looking is on record, and the resident can see it.",
    ),
    "claims": ("居民在门口提出的", "Asked for at the door"),
    "claims.said": (
        "网格员上门时替居民递来的。打开门牌去办，办完回一句话，网格员手机上看得到。收回同意的已经当场生效。",
        "Taken at the door by grid workers. Open the door's page, do it, and answer: the worker's phone shows it. "
        "Consent that was withdrawn has ended at once.",
    ),
    "claims.head.door": ("门牌", "Door"),
    "claims.head.right": ("要什么", "Asked for"),
    "claims.head.by": ("谁递来的", "Taken by"),
    "claims.head.since": ("什么时候", "When"),
    "claims.answer": ("回一句话（可不写）", "An answer (optional)"),
    "claims.reason": ("为什么办不了", "Why it cannot be done"),
    "claims.reason.missing": ("请写为什么办不了，居民要知道。", "Say why it cannot be done: the resident has to know."),
    "claims.done": ("办好了", "Done"),
    "claims.declined": ("办不了", "Cannot be done"),
    "claims.settled.done": ("办好了，网格员的手机上会看到", "Done. The grid worker's phone will show it"),
    "claims.settled.declined": ("回过话了，网格员的手机上会看到", "Answered. The grid worker's phone will show it"),
    "privacy.q": ("门牌（如 3-2-502）、户主或姓名", "Door (as 3-2-502), householder or name"),
    "privacy.search": ("查", "Find"),
    "privacy.none": ("没有找到。", "Nothing found."),
    "privacy.door": ("{place} {door}", "{place} {door}"),
    "privacy.export": ("导出（JSON）", "Take out (JSON)"),
    "privacy.readable": ("打印", "To print"),
    "privacy.correct": ("改正", "Correct"),
    "privacy.save": ("改好了", "Save"),
    "privacy.withdraw": ("收回同意", "Withdraw consent"),
    "privacy.withdraw.said": (
        "走访时记的内容和照片一起删掉，只留下来过这件事。",
        "Notes and photos kept on its strength go too; that there was a visit stays.",
    ),
    "privacy.erase": ("删除", "Delete"),
    "privacy.erase.said": (
        "删了找不回来。没办完的事、存档的案卷会留下，下面会写明原因。",
        "It cannot be brought back. Open matters and files that the rules ask for stay, and the reason is told.",
    ),
    "privacy.erase.sure": ("确定删除", "Delete for good"),
    "privacy.done.corrected": ("已改正", "Corrected"),
    "privacy.done.withdrawn": ("同意已收回", "Consent withdrawn"),
    "privacy.done.erased": ("已删除", "Deleted"),
    "privacy.nothing": ("没有", "nothing"),
    "privacy.name": ("姓名", "Name"),
    "privacy.holder": ("户主", "Householder"),
    "privacy.phone": ("电话", "Telephone"),
    "privacy.last": ("上次删除", "The last deletion"),
    "privacy.deleted": ("删掉", "Deleted"),
    "privacy.stays": ("留下", "Kept"),
}
