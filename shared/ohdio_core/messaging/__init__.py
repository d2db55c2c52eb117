"""Messages on the wire: the only package that knows dramatiq and RabbitMQ."""
