"""What people of the demo write down. Invented, and about places and things rather than persons."""

from __future__ import annotations

OPINIONS = {
    "security": ("晚上北门道闸常开着，希望有人看", "想在南门装一盏亮一点的灯"),
    "fire": ("2号楼灭火器好像过期了，请看一看", "消防通道的门推不动"),
    "fire_charging": ("有人从窗户拉线给电动车充电", "车棚充电口不够用，晚上要排队"),
    "fire_passage": ("楼道里堆着旧家具，走路不方便", "消防车道上总停着车"),
    "sanitation": ("垃圾桶满得快，周末能不能多收一次", "楼梯扶手希望常擦一擦", "雪后台阶滑，请早点撒盐"),
    "facilities": ("单元门关不严，风大", "二楼的感应灯不亮了", "暖气片不太热，想请人看看", "水压早上偏低"),
    "property_fee": ("物业费的账目能不能贴出来", "想问停车费怎么算"),
    "neighbours": ("楼上晚上拖椅子，想请人说一说", "晒被子的地方不够，大家商量一下"),
    "dogs_noise": ("有人遛狗不牵绳，老人害怕", "清早有人放音响"),
    "suggestion": ("活动室能不能晚上也开", "希望有个放快递的架子", "长椅旁边想要一个靠背"),
    "other": ("地图上小区的门标错了", "想要一份网格员的电话"),
}
PLACES = ("门口", "楼道里", "楼前空地", "电梯旁", "地下室入口", "")
VISIT_NOTES = (
    "都好，留了网格电话",
    "问物业费怎么交，告诉了办法",
    "说楼道灯有时不亮，记下了",
    "想参加巡逻队，已告诉报名的办法",
    "讲了充电安全，收下了宣传页",
    "问老年活动的时间，已回答",
    "说最近都好，没有要办的事",
    "想换门禁卡，已告诉去哪里办",
)
FINDINGS = (  # category, note, checkpoint
    ("facilities", "3号楼后门没有关严，已关好", "shed-3"),
    ("sanitation", "南门外有一堆建筑垃圾", "gate-south"),
    ("fire_passage", "4号楼地下室入口放着纸箱", "cellar-4"),
    ("facilities", "6号楼电表间的锁坏了", "meters-6"),
    ("security", "8号楼后墙的围栏松了一根", "wall-8"),
    ("facilities", "活动场的灯有一盏不亮", "playground"),
    ("fire", "1号楼消防栓的箱门掉了一个螺丝", "hydrant-1"),
    ("sanitation", "北门道闸旁积水结冰，已撒盐", "gate-north"),
)
ROUND_NOTES = ("没有发现问题", "没有发现问题", "没有发现问题", "一切正常，路灯都亮着", "风大，提醒了几户收衣服")
