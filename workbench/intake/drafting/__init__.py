"""What an unknown export could be: guesses, which the gate itself never makes."""
