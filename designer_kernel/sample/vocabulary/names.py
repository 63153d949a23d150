"""Given names, family names and job titles."""

from __future__ import annotations

from typing import Final

WOMEN: Final = (
    "Ada", "Adele", "Agnes", "Aisha", "Alba", "Alice", "Alina", "Alma", "Amalia", "Amara", "Amelia", "Amina", "Ana",
    "Anika", "Anna", "Anya", "Astrid", "Aurora", "Ava", "Ayla", "Beatrice", "Bella", "Bianca", "Birgit", "Brenda",
    "Bridget", "Camila", "Carla", "Carmen", "Caroline", "Cecilia", "Celia", "Chiara", "Chloe", "Clara", "Claire",
    "Dalia", "Daniela", "Daphne", "Daria", "Deborah", "Delia", "Diana", "Dora", "Edith", "Elena", "Eleni", "Elif",
    "Elin", "Elisa", "Ella", "Eloise", "Elsa", "Emilia", "Emma", "Erika", "Esther", "Eva", "Evelyn", "Farah",
    "Fatima", "Fiona", "Flora", "Freya", "Frida", "Gemma", "Gloria", "Grace", "Greta", "Hana", "Hannah", "Harriet",
    "Hazel", "Heidi", "Helena", "Ida", "Imani", "Ines", "Ingrid", "Irene", "Iris", "Isabel", "Ivana", "Jana",
    "Jasmine", "Joanna", "Johanna", "Josephine", "Judith", "Julia", "Juno", "Kamala", "Karin", "Katya", "Keiko",
    "Kira", "Lara", "Laura", "Layla", "Lea", "Leila", "Lena", "Leonie", "Lia", "Lila", "Lina", "Linnea", "Livia",
    "Lola", "Lucia", "Lucy", "Luna", "Lydia", "Mai", "Maja", "Margot", "Maria", "Marina", "Marta", "Matilda", "Maya",
    "Mei", "Melina", "Mila", "Mina", "Mira", "Miriam", "Mona", "Nadia", "Naomi", "Nia", "Nina", "Noor", "Nora",
    "Olga", "Olivia", "Paloma", "Paula", "Penelope", "Petra", "Phoebe", "Priya", "Rachel", "Renata", "Rita", "Rosa",
    "Ruth", "Sabine", "Sara", "Selma", "Serena", "Signe", "Sofia", "Sonia", "Stella", "Sylvia", "Tamara", "Tara",
    "Tessa", "Thea", "Uma", "Vera", "Victoria", "Viola", "Wanda", "Yara", "Yasmin", "Yuki", "Zara", "Zoe",
)  # fmt: skip
"""Given names of women."""

MEN: Final = (
    "Aaron", "Abdul", "Adam", "Adrian", "Ahmed", "Alan", "Albert", "Alejandro", "Alex", "Ali", "Amir", "Anders",
    "Andre", "Anton", "Ari", "Arthur", "Axel", "Basil", "Ben", "Bernard", "Bjorn", "Boris", "Bruno", "Caleb", "Carl",
    "Carlos", "Cedric", "Chen", "Christian", "Clemens", "Conrad", "Damian", "Daniel", "Darius", "David", "Dennis",
    "Diego", "Dimitri", "Dominic", "Edgar", "Eduardo", "Edward", "Elias", "Emil", "Emre", "Enzo", "Eric", "Ethan",
    "Felix", "Fernando", "Finn", "Francis", "Frank", "Fred", "Gabriel", "George", "Gideon", "Giovanni", "Gustav",
    "Hamza", "Hans", "Harold", "Hassan", "Hector", "Henrik", "Henry", "Hiro", "Hugo", "Ian", "Ibrahim", "Igor",
    "Isaac", "Ivan", "Jack", "Jakob", "James", "Jan", "Jason", "Javier", "Jens", "Jin", "Joel", "Johan", "John",
    "Jonas", "Jorge", "Joseph", "Juan", "Julian", "Kai", "Karim", "Karl", "Kenji", "Kevin", "Klaus", "Kofi", "Lars",
    "Leo", "Leon", "Levi", "Liam", "Linus", "Lorenzo", "Louis", "Luca", "Lukas", "Magnus", "Malik", "Marco", "Mario",
    "Mark", "Martin", "Mateo", "Matthias", "Max", "Michael", "Miguel", "Milan", "Mohamed", "Nathan", "Nico", "Nils",
    "Noah", "Oliver", "Omar", "Oscar", "Otto", "Owen", "Pablo", "Patrick", "Paul", "Pedro", "Peter", "Philip",
    "Pierre", "Rafael", "Rahul", "Ravi", "Ren", "Ricardo", "Robert", "Robin", "Roman", "Rowan", "Ruben", "Sam",
    "Samuel", "Santiago", "Sebastian", "Simon", "Soren", "Stefan", "Sven", "Tariq", "Theo", "Thomas", "Tim", "Tobias",
    "Tomas", "Tristan", "Viktor", "Vincent", "Walter", "Wei", "William", "Xavier", "Yann", "Yusuf",
)  # fmt: skip
"""Given names of men."""

FAMILIES: Final = (
    "Abbott", "Adler", "Ahmadi", "Aksoy", "Almeida", "Alvarez", "Andersen", "Arnold", "Bailey", "Baker", "Banerjee",
    "Barbosa", "Bauer", "Becker", "Bell", "Benitez", "Berg", "Bergman", "Bianchi", "Blake", "Bloom", "Bosch",
    "Brandt", "Braun", "Brooks", "Bruno", "Burke", "Calloway", "Campos", "Cardoso", "Carlson", "Carter", "Castillo",
    "Chandra", "Chang", "Chen", "Cho", "Clark", "Cohen", "Cole", "Conti", "Cooper", "Cortez", "Costa", "Cruz", "Dahl",
    "Dalton", "Das", "Davies", "Delgado", "Demir", "Desai", "Diaz", "Dietrich", "Dubois", "Duarte", "Duran", "Eklund",
    "Ellis", "Engel", "Eriksen", "Espinoza", "Evans", "Farrell", "Fernandez", "Ferrari", "Fischer", "Fisher",
    "Fleming", "Flores", "Fontaine", "Forsberg", "Foster", "Franco", "Freeman", "Fuchs", "Fujita", "Gallo", "Garcia",
    "Garner", "Gibson", "Gomez", "Gonzalez", "Graham", "Grant", "Greco", "Greene", "Gruber", "Guerra", "Gupta",
    "Haas", "Hall", "Hamid", "Hansen", "Harper", "Hartmann", "Hayashi", "Hayes", "Henriksen", "Herrera", "Hoffman",
    "Holm", "Horvat", "Hughes", "Ibarra", "Ito", "Iversen", "Jackson", "Jacobs", "Jain", "James", "Jansen", "Jensen",
    "Johansson", "Jones", "Kaiser", "Kapoor", "Karlsson", "Kaya", "Keller", "Kelly", "Khan", "Kim", "Klein", "Koch",
    "Kovac", "Kramer", "Krause", "Kumar", "Lambert", "Lang", "Larsen", "Laurent", "Lee", "Lehmann", "Leroy", "Lind",
    "Lopez", "Lund", "Machado", "Maier", "Malik", "Marino", "Marsh", "Martin", "Martinez", "Mason", "Mehta", "Mendes",
    "Meyer", "Miller", "Mitchell", "Molina", "Moore", "Morales", "Moreau", "Moretti", "Morgan", "Mueller", "Murphy",
    "Nair", "Nakamura", "Navarro", "Nelson", "Neumann", "Nguyen", "Nielsen", "Noel", "Nordin", "Novak", "Nunes",
    "Oconnor", "Okafor", "Olsen", "Ortega", "Osman", "Owens", "Palmer", "Park", "Parker", "Patel", "Pearson",
    "Pereira", "Perez", "Petersen", "Petrov", "Popov", "Quinn", "Ramirez", "Ramos", "Rao", "Reid", "Reyes", "Ricci",
    "Richter", "Rios", "Rivera", "Robinson", "Rocha", "Rojas", "Romano", "Rossi", "Roth", "Rubin", "Russo", "Ryan",
    "Salazar", "Sanchez", "Santos", "Sato", "Schmidt", "Schneider", "Schulz", "Schwarz", "Shah", "Sharma", "Silva",
    "Simon", "Singh", "Sloan", "Soto", "Stein", "Stone", "Sullivan", "Suzuki", "Takeda", "Tanaka", "Taylor", "Thomas",
    "Torres", "Tran", "Turner", "Valdez", "Vargas", "Vega", "Verma", "Vidal", "Vogel", "Wagner", "Walker", "Walsh",
    "Wang", "Ward", "Watson", "Weber", "Wells", "West", "White", "Winter", "Wolf", "Wong", "Wright", "Wu", "Yamada",
    "Yang", "Yilmaz", "Young", "Zhang", "Ziegler",
)  # fmt: skip
"""Family names."""

TITLES: Final = (
    "Accountant", "Analyst", "Architect", "Buyer", "Consultant", "Controller", "Coordinator", "Data Engineer",
    "Designer", "Developer", "Director", "Editor", "Engineer", "Financial Analyst", "Head of Operations",
    "HR Partner", "Legal Counsel", "Logistics Manager", "Marketing Manager", "Office Manager", "Planner",
    "Product Manager", "Project Manager", "Quality Manager", "Recruiter", "Researcher", "Sales Manager",
    "Support Agent", "Team Lead", "Technician", "Trainer", "Warehouse Manager", "Writer",
)  # fmt: skip
"""Job titles."""
