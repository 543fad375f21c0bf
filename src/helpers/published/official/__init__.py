"""Readers of official workbooks as published: the tables that every council in England has."""
