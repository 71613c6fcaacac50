"""From a report's name and period to a page that is either right or visibly absent."""
