"""Puts the objects together: settings to engine, rules, clients, rooms and app. The only place that does."""
