pub struct Agreement; pub struct CheckError; pub struct Method; pub fn check() {}
