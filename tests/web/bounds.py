"""How many queries a list page may cost, however many rows there are. ``namespace:name`` of its address → queries."""

BOUNDS: dict[str, int] = {
    "public:search": 8,
    "public:cases": 9,
    "public:messages": 8,
}
