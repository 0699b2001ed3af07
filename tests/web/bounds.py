"""How many queries a list page may cost, however many rows there are. ``namespace:name`` of its address → queries."""

BOUNDS: dict[str, int] = {
    "studio:items": 6,
    "studio:problems": 5,
    "studio:standards": 5,
    "studio:standards_places": 5,
    "studio:standards_rules": 5,
    "studio:quality": 5,
    "studio:quality_items": 5,
    "watch:home": 14,
    "watch:reform": 26,
    "watch:cases": 7,
    "watch:body": 7,
    "public:search": 8,
    "public:cases": 9,
    "public:messages": 8,
    "counter:queue": 10,
    "counter:hand_over_list": 8,
    "bureau:home": 10,
}
