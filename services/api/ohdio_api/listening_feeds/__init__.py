"""Parts of the library as feeds for podcast apps, each at an address with a secret that can be revoked."""
