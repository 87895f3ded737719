"""The shipped sentence model, built anew: pairs and the phrase bank go in, a model folder comes out."""
