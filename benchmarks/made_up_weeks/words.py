"""The makes, models and outlets of generated weeks. The outlets are made up."""

from __future__ import annotations

__all__ = ["FIRST", "LAST", "MAKES", "SPELLINGS"]

MAKES: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("Toyota", ("Corolla", "Camry", "RAV4", "Tacoma"), 14),
    ("Honda", ("Civic", "Accord", "CR-V"), 12),
    ("Ford", ("Mustang", "F-150", "Explorer"), 12),
    ("Chevrolet", ("Corvette", "Equinox", "Silverado"), 11),
    ("Volkswagen", ("Golf", "Tiguan", "ID.4"), 11),
    ("Hyundai", ("Ioniq 5", "Tucson", "Elantra"), 11),
    ("Kia", ("EV6", "Telluride", "Sportage"), 10),
    ("Mazda", ("CX-5", "MX-5"), 10),
    ("Subaru", ("Outback", "Forester"), 10),
    ("Nissan", ("Ariya", "Rogue", "Z"), 10),
    ("BMW", ("i4", "X3", "M3"), 10),
    ("Mercedes-Benz", ("C-Class", "EQE", "GLC"), 10),
    ("Audi", ("A4", "Q5", "e-tron"), 10),
    ("Lexus", ("ES", "RX"), 9),
    ("Volvo", ("EX30", "XC60"), 9),
    ("Land Rover", ("Defender", "Discovery"), 8),
    ("Porsche", ("911", "Taycan"), 7),
    ("Jeep", ("Wrangler", "Compass"), 7),
    ("Mini", ("Cooper", "Countryman"), 6),
    ("Acura", ("Integra", "MDX"), 6),
    ("Cadillac", ("Lyriq", "CT5"), 6),
    ("Genesis", ("GV70", "G80"), 6),
    ("Polestar", ("2", "3"), 4),
    ("Alfa Romeo", ("Giulia", "Tonale"), 4),
)
"""Make, its models, and its share among the vehicles."""

SPELLINGS = {
    "Chevrolet": "CHEVY",
    "Volkswagen": "VW",
    "Mercedes-Benz": "Mercedes Benz",
    "Land Rover": "LANDROVER",
}
"""How the budgets table writes some fleets, as budgets tables do."""

FIRST = (
    "Coastal",
    "Apex",
    "Sunset",
    "Canyon",
    "Harbor",
    "Meridian",
    "Redline",
    "Open Road",
    "Weekend",
    "Silver",
    "Torque",
    "Desert",
    "Backroad",
    "Midtown",
    "Clutch",
    "Pacific",
    "Family",
    "Electric",
    "Copper",
    "North Star",
    "Grand",
)
LAST = (
    "Motor Weekly",
    "Drive",
    "Auto Journal",
    "Test Track",
    "Car Talk",
    "Garage",
    "Road Report",
    "Driver",
    "Motoring",
    "Wheels",
)
"""An outlet is one of the first and one of the last: 210 of them, then numbered."""
