// Whatever needs the database.
console.log("started");
