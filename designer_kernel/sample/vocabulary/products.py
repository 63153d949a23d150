"""Departments with what they sell, brands, materials and companies; all brands and companies are made up."""

# ruff: noqa: E501 one row a line

from __future__ import annotations

from typing import Final

DEPARTMENTS: Final[tuple[tuple[str, str, tuple[str, ...], int, int], ...]] = (
    ("Audio", "AUD", ("Headphones", "Earbuds", "Speaker", "Soundbar", "Turntable", "Microphone", "Amplifier", "Radio"), 1900, 44900),
    ("Computers", "CMP", ("Keyboard", "Mouse", "Monitor", "Docking Station", "Webcam", "Laptop Stand", "Hard Drive", "Router"), 1500, 89900),
    ("Phones", "PHN", ("Phone Case", "Charger", "Power Bank", "Screen Protector", "Phone Mount", "Charging Cable", "Selfie Stick", "Smartwatch"), 900, 39900),
    ("Kitchen", "KIT", ("Chef's Knife", "Frying Pan", "Saucepan", "Cutting Board", "Kettle", "Coffee Grinder", "Toaster", "Mixing Bowl"), 1200, 24900),
    ("Furniture", "FUR", ("Desk", "Bookshelf", "Armchair", "Side Table", "Floor Lamp", "Bed Frame", "Stool", "Cabinet"), 4900, 129900),
    ("Garden", "GRD", ("Watering Can", "Pruning Shears", "Planter", "Garden Hose", "Rake", "Wheelbarrow", "Bird Feeder", "Lantern"), 900, 19900),
    ("Sports", "SPT", ("Yoga Mat", "Dumbbell Set", "Jump Rope", "Water Bottle", "Foam Roller", "Tennis Racket", "Football", "Resistance Band"), 900, 17900),
    ("Outdoor", "OUT", ("Tent", "Sleeping Bag", "Backpack", "Headlamp", "Camping Stove", "Trekking Poles", "Hammock", "Cooler"), 1900, 49900),
    ("Toys", "TOY", ("Building Blocks", "Puzzle", "Board Game", "Plush Bear", "Train Set", "Kite", "Marble Run", "Doll House"), 900, 14900),
    ("Books", "BOK", ("Cookbook", "Novel", "Travel Guide", "Atlas", "Workbook", "Photo Book", "Biography", "Notebook"), 700, 5900),
    ("Beauty", "BEA", ("Face Cream", "Shampoo", "Hand Soap", "Lip Balm", "Hair Brush", "Perfume", "Body Lotion", "Razor"), 500, 8900),
    ("Shoes", "SHO", ("Sneakers", "Hiking Boots", "Sandals", "Loafers", "Running Shoes", "Slippers", "Rain Boots", "Ankle Boots"), 2900, 22900),
    ("Clothing", "CLO", ("T-Shirt", "Hoodie", "Jacket", "Jeans", "Dress", "Sweater", "Scarf", "Socks"), 900, 19900),
    ("Jewellery", "JWL", ("Necklace", "Bracelet", "Earrings", "Ring", "Brooch", "Anklet", "Cufflinks", "Pendant"), 1900, 79900),
    ("Office", "OFF", ("Stapler", "Fountain Pen", "Desk Organizer", "Whiteboard", "Paper Shredder", "Label Maker", "Folder Set", "Desk Mat"), 500, 24900),
    ("Pets", "PET", ("Dog Leash", "Cat Tree", "Pet Bed", "Food Bowl", "Aquarium", "Chew Toy", "Pet Carrier", "Grooming Brush"), 700, 15900),
    ("Baby", "BAB", ("Stroller", "Baby Monitor", "High Chair", "Crib Sheet", "Bottle Warmer", "Play Mat", "Baby Carrier", "Night Light"), 1200, 49900),
    ("Tools", "TLS", ("Cordless Drill", "Hammer", "Screwdriver Set", "Tape Measure", "Hand Saw", "Wrench", "Toolbox", "Spirit Level"), 900, 29900),
    ("Music", "MUS", ("Ukulele", "Guitar Stand", "Drum Pad", "Metronome", "Keyboard Piano", "Violin Bow", "Tuner", "Harmonica"), 1200, 69900),
    ("Art", "ART", ("Sketchbook", "Paint Set", "Easel", "Brush Set", "Canvas", "Pencil Set", "Clay Kit", "Palette"), 700, 14900),
    ("Lighting", "LGT", ("Table Lamp", "String Lights", "Pendant Lamp", "Desk Lamp", "Wall Sconce", "Candle Holder", "Light Bulb", "Reading Light"), 900, 34900),
    ("Bath", "BTH", ("Bath Towel", "Shower Head", "Bath Mat", "Soap Dispenser", "Laundry Basket", "Mirror", "Robe", "Towel Rack"), 900, 17900),
    ("Bikes", "BIK", ("Helmet", "Bike Light", "Saddle", "Bike Lock", "Pannier", "Pump", "Bell", "Gloves"), 900, 18900),
    ("Food", "FOD", ("Olive Oil", "Coffee Beans", "Green Tea", "Dark Chocolate", "Honey", "Granola", "Pasta", "Spice Set"), 400, 4900),
)  # fmt: skip
"""Name, code, articles, lowest and highest price in cents of each department."""

BRANDS: Final = (
    "Aldervale", "Altura", "Amberline", "Ardent", "Arvo", "Astoria", "Avelin", "Baxley", "Bellwick", "Birchwood",
    "Blueforge", "Borealis", "Brightwell", "Calder", "Candora", "Castellan", "Cedarcrest", "Corvane", "Dalewood",
    "Delphin", "Driftline", "Eastmoor", "Elmstead", "Emberly", "Everhollow", "Fairhaven", "Farrow", "Fenwick",
    "Fjordson", "Foxglove", "Galebrook", "Glenmore", "Goldcrest", "Halden", "Harborline", "Hearthstone", "Hollis",
    "Ironleaf", "Isla", "Juniper", "Kestrel", "Kindred", "Larkspur", "Linden", "Lumenor", "Maplewood", "Marlowe",
    "Meridia", "Mistral", "Northbeam", "Novaline", "Oakridge", "Ondine", "Orsova", "Pellworth", "Pinecroft",
    "Quillon", "Ravensby", "Redwater", "Rivermark", "Rosemount", "Saltwell", "Sandbar", "Selwyn", "Silverpine",
    "Solstead", "Stonehill", "Sundara", "Tamarind", "Thornbury", "Tidewell", "Umbra", "Valemont", "Verano",
    "Vesterby", "Westbrook", "Whitlock", "Wildfern", "Willowby", "Yarrow", "Zephyra",
)  # fmt: skip
"""Brands."""

QUALITIES: Final = (
    "Adjustable", "Airy", "Artisan", "Bold", "Bright", "Classic", "Compact", "Cosy", "Crafted", "Daily", "Deluxe",
    "Durable", "Elegant", "Essential", "Everyday", "Fine", "Foldable", "Fresh", "Gentle", "Grand", "Handy",
    "Heritage", "Light", "Lightweight", "Little", "Minimal", "Mini", "Modern", "Modular", "Natural", "Noble",
    "Organic", "Original", "Portable", "Practical", "Premium", "Pro", "Pure", "Quiet", "Rapid", "Refined", "Reliable",
    "Retro", "Robust", "Rustic", "Select", "Signature", "Simple", "Sleek", "Slim", "Smart", "Smooth", "Soft", "Solid",
    "Sturdy", "Studio", "Super", "Timeless", "Travel", "Trusty", "Ultra", "Urban", "Versatile", "Vintage", "Vivid",
    "Warm", "Wide", "Wild",
)  # fmt: skip
"""Adjectives for products."""

MATERIALS: Final = ("Aluminium", "Bamboo", "Brass", "Carbon", "Ceramic", "Copper", "Cork", "Cotton", "Glass", "Leather",
                    "Linen", "Maple", "Marble", "Oak", "Recycled", "Rubber", "Silk", "Steel", "Walnut", "Wool")  # fmt: skip
"""Materials."""

COLOURS: Final = ("Black", "White", "Grey", "Navy", "Blue", "Teal", "Green", "Olive", "Yellow", "Orange", "Red",
                  "Burgundy", "Pink", "Purple", "Brown", "Beige")  # fmt: skip
"""Colours of variants."""

SIZES: Final = ("XS", "S", "M", "L", "XL", "XXL")
"""Sizes of variants."""

COMPANY_WORDS: Final = (
    "Acorn", "Anchor", "Apex", "Arbor", "Atlas", "Aurora", "Beacon", "Blossom", "Bluebird", "Bramble", "Canyon",
    "Cascade", "Cobalt", "Comet", "Compass", "Coral", "Crest", "Crimson", "Crystal", "Delta", "Dune", "Eagle", "Echo",
    "Ember", "Falcon", "Fern", "Flint", "Garnet", "Glacier", "Granite", "Harbor", "Harvest", "Hazel", "Heron",
    "Horizon", "Indigo", "Ivory", "Jade", "Juniper", "Kestrel", "Lagoon", "Lantern", "Laurel", "Lighthouse", "Lotus",
    "Maple", "Meadow", "Mercury", "Mosaic", "Nimbus", "North", "Nova", "Oak", "Oasis", "Onyx", "Orbit", "Orchid",
    "Otter", "Pebble", "Phoenix", "Pine", "Pioneer", "Polar", "Prairie", "Prism", "Quartz", "Raven", "Ridge", "River",
    "Robin", "Sable", "Saffron", "Sapphire", "Sequoia", "Sierra", "Silver", "Solar", "Sparrow", "Spruce", "Summit",
    "Swift", "Terra", "Thistle", "Timber", "Topaz", "Tulip", "Vale", "Vector", "Velvet", "Vertex", "Violet", "Wave",
    "Willow", "Zenith",
)  # fmt: skip
"""First words of companies."""

COMPANY_KINDS: Final = ("Trading", "Goods", "Market", "Supply", "Works", "Outfitters", "Living", "Stores", "Collective",
                        "Labs", "Logistics", "Partners", "Systems", "Studio", "Foods", "Industries")  # fmt: skip
"""Second words of companies."""
