"""A Docker daemon of our own, stand-ins for the base images of a registry, our images, and the stack made of them.

For proofs on machines that have neither a running engine nor a registry: Debian's packages, as root.
"""
