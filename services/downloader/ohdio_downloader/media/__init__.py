"""What is known of audio: probing, verifying, remuxing, tagging and covers."""
