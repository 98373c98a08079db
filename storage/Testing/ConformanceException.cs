namespace DEngine.Testing;

/// <summary>
/// What is under test did not do what its interface promises; the message says what was expected and what was found, the inner exception (if any) where.
/// </summary>
public sealed class ConformanceException(string message, Exception? inner = null) : Exception(message, inner);
