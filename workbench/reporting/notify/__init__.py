"""Who hears about a report that was made, or was not, and what do they read?"""
