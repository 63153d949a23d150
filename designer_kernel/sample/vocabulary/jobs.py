"""Job titles."""

from __future__ import annotations

from typing import Final

TITLES: Final = (
    "Account Manager", "Accountant", "Analyst", "Architect", "Business Analyst", "Buyer", "Chef", "Chief of Staff",
    "Civil Engineer", "Consultant", "Controller", "Coordinator", "Customer Success Manager", "Data Analyst",
    "Data Engineer", "Data Scientist", "Designer", "Developer", "DevOps Engineer", "Director", "Driver", "Editor",
    "Electrician", "Engineer", "Executive Assistant", "Facility Manager", "Financial Analyst", "Head of Operations",
    "HR Partner", "IT Administrator", "Lawyer", "Legal Counsel", "Librarian", "Logistics Manager", "Machinist",
    "Marketing Manager", "Mechanic", "Network Engineer", "Nurse", "Office Manager", "Paralegal", "Pharmacist",
    "Photographer", "Physician", "Planner", "Product Manager", "Product Owner", "Project Manager", "Quality Manager",
    "Receptionist", "Recruiter", "Researcher", "Sales Manager", "Sales Representative", "Scientist",
    "Senior Developer", "Social Worker", "Software Engineer", "Supervisor", "Support Agent", "Teacher", "Team Lead",
    "Technician", "Trainer", "Translator", "UX Designer", "Warehouse Manager", "Web Developer", "Writer",
)  # fmt: skip
"""Job titles."""
